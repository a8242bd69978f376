import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HarnessError } from '../../src/base/index.ts';
import { type Workshop, workshop } from './ingesting.ts';
import { zipOf } from './pack.ts';

let shop: Workshop;
beforeAll(() => {
  shop = workshop();
});
afterAll(() => shop.remove());

const CSV = 'id,day,note\n1,2025-01-31,"a, ""b"""\n2,,\n3,2025-02-01,x\n';
const JSON_TEXT = '{"n":2,"rows":[{"id":1,"a":{"b":"x\\u00e9"}},{"id":2.50,"t":[1,{}]},{"id":null,"a":{}}]}';
const LINES = '{"id":1,"a":{"b":"x"}}\n{"id":2.5,"a":null}\n["x"]\n{"id":3}\n';

async function seeds(): Promise<readonly (readonly [string, Buffer])[]> {
  return [
    ['x.csv', Buffer.from(CSV)],
    ['x.json', Buffer.from(JSON_TEXT)],
    ['x.jsonl', Buffer.from(LINES)],
    ['x.gz', gzipSync(LINES)],
    ['x.zip', await zipOf({ 'a.csv': CSV, 'b.json': JSON_TEXT })],
    ['wide.csv', Buffer.from(`\ufeff${CSV}`, 'utf16le')],
    ['latin.jsonl', Buffer.from(LINES.replaceAll('x', '\xfc'), 'latin1')],
  ];
}

/** Bytes cut off, put in, changed or doubled somewhere. */
const damage = fc.record({
  seed: fc.nat({ max: 6 }),
  at: fc.nat(),
  cut: fc.constantFrom(0, 1, 3, 1000),
  put: fc.constantFrom(
    '',
    '\0',
    '"',
    '{',
    '[',
    '}',
    ',',
    '\n',
    '\\',
    '\ufeff',
    'PK',
    '\xff',
    '1e999',
    '\ud800',
  ),
  cap: fc.boolean(),
});

const RUNS = Number(process.env['HOSTILE_RUNS'] ?? 30);

test('any damaged file is read, or refused with an error that the operator can act on; nothing half-made stays', async () => {
  const files = await seeds();
  await fc.assert(
    fc.asyncProperty(damage, async ({ seed, at, cut, put, cap }) => {
      const [name, bytes] = files[seed] ?? ['x.csv', Buffer.from(CSV)];
      const place = at % (bytes.length + 1);
      const rest = cap ? Buffer.alloc(0) : bytes.subarray(place + cut);
      const path = shop.write(
        name,
        Buffer.concat([bytes.subarray(0, place), Buffer.from(put, 'latin1'), rest]),
      );
      const before = shop.leftovers();
      try {
        await shop.ingest([path]);
      } catch (error) {
        expect(error).toBeInstanceOf(HarnessError);
        expect(error).toMatchObject({ exitCode: 2 });
        expect(shop.leftovers()).toEqual(before);
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});
