import { afterAll, beforeAll, expect, test } from 'vitest';
import { mergeScans } from '../../src/ingest/csv/merge-scans.ts';
import { type Scan, type ScanPlan, scanCsv } from '../../src/ingest/csv/scan.ts';
import { parseForcedType } from '../../src/ingest/typing/forced-type.ts';
import { type Workshop, workshop } from './ingesting.ts';

let shop: Workshop;
beforeAll(() => {
  shop = workshop();
});
afterAll(() => shop.remove());

let files = 0;
function planOf(text: string, columns: number, more: Partial<ScanPlan> = {}): ScanPlan {
  const path = shop.write(`table-${++files}.csv`, text);
  const dialect = { delimiter: 44, quote: 34 };
  return { path, shownPath: path, dialect, header: true, columns, forced: [], ...more };
}

/** Scans of the file cut in two behind each of its line ends; `undefined` where the first half does not end there. */
async function cutInTwo(plan: ScanPlan, text: string): Promise<(Scan | undefined)[]> {
  const bytes = Buffer.from(text);
  const cuts = [...bytes.keys()]
    .filter((at) => bytes[at] === 10 && at + 1 < bytes.length)
    .map((at) => at + 1);
  const merged: (Scan | undefined)[] = [];
  for (const cut of cuts) {
    const first = await scanCsv({ ...plan, range: { from: 0, to: cut } });
    if (first.end !== cut) {
      merged.push(undefined);
      continue;
    }
    merged.push(mergeScans([first, await scanCsv({ ...plan, range: { from: cut, to: bytes.length } })]));
  }
  return merged;
}

const TABLES: readonly (readonly [what: string, text: string, columns: number, more?: Partial<ScanPlan>])[] =
  [
    ['numbers of all kinds', 'a,b\n1,2.5\n+2,.5\n"1,234",1e3\n99999999999999999999,5.\n,7\n', 2],
    ['an exponent behind a fraction', 'a,b\n1,2.25\n2,1e5\n3,1e5\n4,1e5\n', 2],
    ['texts, markers and missing cells', 'a,b,c\nx,NA,\n y,-,""\n"a ""q""",n/a,z\nNA,?,00012\n', 3],
    ['dates', 'a,b,c\n31/1/2025,2025-01-31,10:20\n1.2.2025,2025-01-31 10:20,10:20:30\n', 3],
    ['instants and offsets', 'a\n2025-01-31T10:20Z\n2025-01-31T10:20+01:00\n2025-01-31T10:20Z\n', 1],
    ['lines of several kinds, blank ones among them', 'a,b\r\n1,2\n\n3,4\r\n\r\n5,6', 2],
    ['a byte order mark and no end of line', '\ufeffa,b\n1,é\n2,ü\n3,€', 2],
    ['loose quotes', 'a,b\n1,5" pipe\n2,6" pipe\n', 2],
    ['lines inside quoted cells', 'a,b\n"one\ntwo",1\nthree,2\n"four\n\nfive",3\n', 2],
    [
      'forced types',
      'a,b\nx,1\n2,2\ny,3\nz,4\n',
      2,
      { forced: [parseForcedType('a', 'integer'), undefined] },
    ],
  ];

test.each(TABLES.map(([what, ...table]) => ({ what, table })))(
  'a file cut in two is scanned as it is whole: $what',
  async ({ table }) => {
    const [text, columns, more] = table;
    const plan = planOf(text, columns, more);
    const whole = await scanCsv(plan);
    const halves = await cutInTwo(plan, text);
    expect(halves.length).toBeGreaterThan(1);
    expect(halves.filter((half) => half !== undefined).length).toBeGreaterThan(0);
    for (const half of halves) if (half !== undefined) expect(half).toEqual(whole);
  },
);

test('a cut inside a quoted cell is seen', async () => {
  const text = 'a,b\n"one\ntwo",1\nthree,2\n';
  const halves = await cutInTwo(planOf(text, 2), text);
  expect(halves.map((half) => half !== undefined)).toEqual([true, false, true]);
});
