import { expect, test } from 'vitest';
import type { Finding } from '../../../src/contract/index.ts';
import { createRandom } from '../../../src/sdk/index.ts';
import { nullTable } from '../../../src/synth/index.ts';
import { rolesOf, type Table, withTable } from '../make-table.ts';
import { type InProcess, runInProcess } from '../run-in-process.ts';
import { bindingsOf } from '../synthetic-table.ts';

type Columns = Readonly<Record<string, { readonly kind: string; readonly role: string }>>;

/** A table of 1,500 rows, each cell from its row (from 0) and a random stream. */
function tableOf(
  columns: Columns,
  row: (i: number, random: ReturnType<typeof createRandom>) => (string | null)[],
) {
  const random = createRandom('11', 'cells');
  return {
    columns: Object.entries(columns).map(([name, { kind }]) => ({
      name,
      type: kind === 'decimal' ? { kind, precision: 12, scale: 2 } : { kind },
    })),
    rows: Array.from({ length: 1_500 }, (_, i) => row(i, random)),
  } as Table;
}

async function qualityOf(columns: Columns, table: Table): Promise<InProcess> {
  const roles = Object.entries(columns).flatMap(([name, { role }]) => rolesOf({ [role]: name }));
  return withTable(table, (dataset) => runInProcess('profile_quality', dataset, roles));
}

function one({ result }: InProcess, kind: string, ...columns: string[]): Finding {
  const found = result.findings.filter(
    (finding) =>
      finding.kind === kind && columns.every((column) => finding.target['columns']?.includes(column)),
  );
  if (found[0] === undefined || found.length > 1) {
    throw new Error(`${found.length} findings of ${kind}: ${result.findings.map((f) => f.kind).join(', ')}`);
  }
  return found[0];
}

function rowsOf(finding: Finding): number[] {
  return finding.evidence.flatMap((one) =>
    one.kind === 'query' ? (one.rows ?? []).map(({ row_number }) => row_number) : [],
  );
}

function plain(text: string | undefined): string {
  return (text ?? '').replaceAll(/\s/g, ' ');
}

const time = (seconds: number) =>
  new Date(Date.UTC(2025, 0, 1) + seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');

test('times in steps, numbered texts and dates of the calendar: what is missing, and what stands for it', async () => {
  const columns: Columns = {
    invoice: { kind: 'text', role: 'identifier' },
    read_at: { kind: 'timestamp', role: 'timestamp' },
    due: { kind: 'timestamp', role: 'timestamp' },
    reading: { kind: 'decimal', role: 'measure' },
  };
  const place = (i: number) => i + (i < 300 ? 0 : 3) + (i < 900 ? 0 : 1);
  const outcome = await qualityOf(
    columns,
    tableOf(columns, (i, random) => [
      `INV-${String(place(i) + 1).padStart(6, '0')}`,
      time(place(i === 1_400 ? 1_399 : i) * 300),
      i % 9 === 0 ? '1900-01-01 00:00:00' : time(place(i) * 300 + 259_200),
      i % 50 === 1 ? '-1.00' : (40 + 30 * random.uniform()).toFixed(2),
    ]),
  );
  expect(plain(one(outcome, 'missing_times').statement)).toContain(
    'goes in steps of 5 min (1495 of 1498 steps), but 5 times are missing',
  );
  expect(rowsOf(one(outcome, 'near_key', 'read_at'))).toEqual([1_400, 1_401]);
  expect(one(outcome, 'sequence_gap').fields['missing_numbers']?.value).toBe(4);
  expect(plain(one(outcome, 'sentinel', 'due').statement)).toContain(
    '1900-01-01 00:00:00 stands in 167 rows',
  );
  expect(plain(one(outcome, 'sentinel', 'reading').statement)).toContain('−1 stands in 30 rows');
});

test('labels in several spellings, signs that nobody sees, codes with names, and their exceptions', async () => {
  const columns: Columns = {
    customer: { kind: 'text', role: 'category' },
    code: { kind: 'text', role: 'category' },
    name: { kind: 'text', role: 'category' },
    country: { kind: 'text', role: 'category' },
    amount: { kind: 'text', role: 'category' },
  };
  const names = ['Acme', 'Bolt', 'Cargo', 'Delta', 'Eiffel'];
  const outcome = await qualityOf(
    columns,
    tableOf(columns, (i, random) => {
      const at = random.integer(5);
      const name = i % 300 === 4 ? ` ${names[at]}` : i % 250 === 3 ? names[at]?.toUpperCase() : names[at];
      return [
        name ?? '',
        `C${at}`,
        `Name ${at}`,
        i === 700 || i === 1_100 ? 'XX' : (['DE', 'FR', 'DE', 'IT', 'FR'][at] ?? ''),
        i % 100 === 5 ? 'n. a.' : String(random.integer(9_000) / 10),
      ];
    }),
  );
  const alike = one(outcome, 'look_alike_labels');
  expect(alike.items.some(({ title }) => title === 'ACME → Acme' || title === 'BOLT → Bolt')).toBe(true);
  expect(rowsOf(one(outcome, 'unseen_characters', 'customer'))).toEqual([5, 305, 605, 905, 1205]);
  expect(one(outcome, 'one_to_one').target['columns']).toEqual(['code', 'name']);
  const dependency = one(outcome, 'functional_dependency', 'code', 'country');
  expect(rowsOf(dependency)).toEqual([701, 1101]);
  expect(plain(one(outcome, 'mixed_types').title)).toBe('amount: numbers, but for 15 rows');
});

test('a column of dates or numbers with a single cell that is none says which, where, and how to read it', async () => {
  const columns: Columns = {
    billed: { kind: 'text', role: 'category' },
    amount: { kind: 'text', role: 'text' },
    code: { kind: 'text', role: 'category' },
  };
  const outcome = await qualityOf(
    columns,
    tableOf(columns, (i, random) => [
      i === 77 ? '2024-02-30' : time(86_400 * (i % 300)).slice(0, 10),
      i === 801 ? 'n/a' : String(random.integer(9_000) / 10),
      ['31.12.2024', '12/31/2024', '1/2/25', '2024-02-29 10:15:00'][i % 4] ?? '',
    ]),
  );
  const dates = one(outcome, 'mixed_types', 'billed');
  expect(plain(dates.title)).toBe('billed: dates, but for 1 row');
  expect(plain(dates.statement)).toContain('holds dates in 1499 rows out of 1500 rows with a value');
  expect(plain(dates.statement)).toContain('“2024-02-30” (row 78)');
  expect(plain(dates.statement)).toContain('--type "billed=date", 1499 rows are dates');
  expect(rowsOf(dates)).toEqual([78]);
  const numbers = one(outcome, 'mixed_types', 'amount');
  expect(plain(numbers.statement)).toContain('“n/a” (row 802)');
  expect(plain(numbers.statement)).toContain('--type "amount=decimal", 1499 rows are numbers');
  expect(outcome.result.findings.filter(({ kind }) => kind === 'mixed_types')).toHaveLength(2);
});

test('ids that repeat, pairs that should not, columns that repeat others, and times in the wrong order', async () => {
  const columns: Columns = {
    run: { kind: 'integer', role: 'run_id' },
    customer: { kind: 'text', role: 'category' },
    month: { kind: 'date', role: 'timestamp' },
    shipped: { kind: 'timestamp', role: 'timestamp' },
    arrived: { kind: 'timestamp', role: 'timestamp' },
    took: { kind: 'decimal', role: 'duration' },
    again: { kind: 'decimal', role: 'measure' },
  };
  const outcome = await qualityOf(
    columns,
    tableOf(columns, (i, random) => {
      const shipped = random.integer(9_000_000);
      const took = i === 77 ? '-5.00' : (random.uniform() * 900).toFixed(2);
      return [
        String(i === 1_200 ? 17 : 100_000 + i),
        `K${i % 50}`,
        `20${10 + Math.floor(i / 600)}-${String(1 + (Math.floor(i / 50) % 12)).padStart(2, '0')}-01`,
        time(shipped),
        time(shipped + (i % 400 === 9 ? -90_000 : 3_600 + random.integer(200_000))),
        took,
        took,
      ];
    }),
  );
  expect(one(outcome, 'key_candidate', 'customer').target['columns']).toEqual(['customer', 'month']);
  expect(one(outcome, 'key_candidate', 'run').severity).toBe('info');
  expect(one(outcome, 'equal_columns').fields['second_column']?.value).toBe('again');
  const order = one(outcome, 'impossible_values', 'shipped');
  expect(rowsOf(order)).toEqual([10, 410, 810, 1210]);
  expect(one(outcome, 'impossible_values', 'took').severity).toBe('warning');
});

test('a run id that occurs twice is a warning, with the rows that share it', async () => {
  const columns: Columns = {
    run: { kind: 'integer', role: 'run_id' },
    load: { kind: 'decimal', role: 'measure' },
  };
  const outcome = await qualityOf(
    columns,
    tableOf(columns, (i, random) => [
      String(i === 1_200 ? 1_017 : 1_000 + i),
      (random.uniform() * 100).toFixed(2),
    ]),
  );
  const near = one(outcome, 'near_key');
  expect(near.severity).toBe('warning');
  expect(rowsOf(near)).toEqual([18, 1_201]);
  expect(outcome.result.findings.some(({ kind }) => kind === 'duplicate_rows')).toBe(false);
});

test('rows that agree because the columns have few values are a fact, and no copies to mend', async () => {
  const columns: Columns = {
    region: { kind: 'text', role: 'category' },
    grade: { kind: 'text', role: 'category' },
  };
  const outcome = await qualityOf(
    columns,
    tableOf(columns, (_, random) => [`R${random.integer(6)}`, `G${random.integer(4)}`]),
  );
  const copies = one(outcome, 'duplicate_rows');
  expect(copies.severity).toBe('info');
  expect(copies.statement).toContain('so few values that rows agree by chance');
});

test('every number of a finding comes from a query or a derivation', async () => {
  const columns: Columns = {
    contact: { kind: 'text', role: 'category' },
    rating: { kind: 'decimal', role: 'measure' },
  };
  const outcome = await qualityOf(
    columns,
    tableOf(columns, (i, random) => [
      ['phone', 'letter'][i % 2] ?? '',
      random.uniform() < (i % 2 === 0 ? 0.3 : 0.05) ? null : (random.uniform() * 10).toFixed(2),
    ]),
  );
  const missing = one(outcome, 'missing_not_at_random');
  expect(missing.test?.p_value).toBeLessThan(1e-10);
  expect(missing.replication?.holds).toBe('both');
  expect(outcome.artifacts.get('near_misses.csv')).toContain('rating is missing by contact');
  for (const claim of outcome.result.findings.flatMap((finding) => [finding, ...finding.items])) {
    const yielded = claim.evidence.flatMap((evidence) => Object.keys(evidence.yields));
    const numbers = Object.entries(claim.fields).filter(([, field]) => typeof field.value === 'number');
    for (const [name] of numbers) expect(yielded).toContain(name);
  }
});

test('where a difference turns round within the levels of another column, that is said', async () => {
  const columns: Columns = {
    shift: { kind: 'text', role: 'category' },
    model: { kind: 'text', role: 'category' },
    rating: { kind: 'decimal', role: 'measure' },
  };
  // new models are missing more often in both shifts, but run by day, when little is missing
  const outcome = await qualityOf(
    columns,
    tableOf(columns, (i, random) => {
      const isDay = i % 2 === 0;
      const isNew = random.uniform() < (isDay ? 0.9 : 0.1);
      const share = isDay ? (isNew ? 0.08 : 0.02) : isNew ? 0.8 : 0.6;
      const value = random.uniform() < share ? null : random.uniform().toFixed(2);
      return [isDay ? 'day' : 'night', isNew ? 'new' : 'old', value];
    }),
  );
  const finding = one(outcome, 'missing_not_at_random');
  expect(finding.fields['by']?.value).toBe('shift');
  expect(finding.statement).toContain('Within the levels of model the difference remains');
  const byModel = finding.items.find(({ fields }) => fields['by']?.value === 'model');
  expect(byModel?.statement).toContain('Within the levels of shift it is the other way round');
});

/** Rows at random times of office hours, Monday to Friday, in six weeks from Wednesday, January 1, 2025. */
function officeRows(isOpen: (hour: number) => boolean, random: ReturnType<typeof createRandom>): string[] {
  const hours = Array.from({ length: 6 * 7 * 24 }, (_, hour) => hour);
  const isOffice = (hour: number) => (Math.floor(hour / 24) + 2) % 7 < 5 && hour % 24 >= 7 && hour % 24 < 18;
  return hours
    .filter((hour) => isOffice(hour) && isOpen(hour))
    .flatMap((hour) => Array.from({ length: 6 }, () => hour * 3600 + random.integer(3600)))
    .sort((a, b) => a - b)
    .map(time);
}

test('a weekend without rows is no gap where all weekends are, and a day in the middle of a week is one', async () => {
  const columns: Columns = { sold_at: { kind: 'timestamp', role: 'timestamp' } };
  const gapsOf = async (isOpen: (hour: number) => boolean) => {
    const rows = officeRows(isOpen, createRandom('1', 'times')).map((cell) => [cell]);
    const { result } = await qualityOf(columns, {
      columns: [{ name: 'sold_at', type: { kind: 'timestamp' } }],
      rows,
    } as Table);
    return result.findings.filter(({ kind }) => kind === 'time_gap');
  };
  expect(await gapsOf(() => true)).toEqual([]);
  // the second Tuesday, from nine on, and the morning after
  const [gap, ...others] = await gapsOf((hour) => hour < 13 * 24 + 9 || hour >= 14 * 24 + 12);
  expect(others).toEqual([]);
  expect(plain(gap?.fields['before_gap']?.value?.toString())).toMatch(/^2025-01-14.0[78]/);
  expect(gap?.fields['usual_rows']?.value).toBeGreaterThan(70);
  expect(plain(gap?.statement)).toContain('In these hours of other weeks');
});

test('readings that rest at night do not miss the times of the night', async () => {
  const columns: Columns = { read_at: { kind: 'timestamp', role: 'timestamp' } };
  const readings = Array.from({ length: 30 * 96 }, (_, i) => i).filter((i) => i % 96 >= 28 && i % 96 < 80);
  const outcome = await qualityOf(columns, {
    columns: [{ name: 'read_at', type: { kind: 'timestamp' } }],
    rows: readings.filter((i) => i < 1000 || i >= 1004).map((i) => [time(i * 900)]),
  } as Table);
  const missing = one(outcome, 'missing_times');
  expect(missing.fields['gaps']?.value).toBe(1);
  expect(missing.fields['missing_times']?.value).toBe(4);
  expect(missing.fields['rests']?.value).toBe(29);
});

/** Kinds that tell how the table is built and ask for nothing. */
const STRUCTURE = new Set(['key_candidate', 'near_constant', 'constant', 'one_to_one', 'empty_columns']);

test('a table without structure gives facts about its keys, and nothing to mend', async () => {
  for (const seed of ['1', '2', '3', '4', '5']) {
    const table = nullTable(seed, 1_000);
    const { result } = await withTable(table, (dataset) =>
      runInProcess('profile_quality', dataset, bindingsOf(table)),
    );
    const claims = result.findings.filter(
      ({ kind, test }) => !STRUCTURE.has(kind) && (test?.p_value ?? 0) < 1e-3,
    );
    expect(
      claims.map(({ title }) => title),
      `seed ${seed}`,
    ).toEqual([]);
    expect(
      result.findings.filter(({ severity }) => severity === 'warning' || severity === 'serious'),
    ).toEqual([]);
  }
});
