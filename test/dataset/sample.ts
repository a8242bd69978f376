import type { Dataset, PartFile } from '../../src/dataset/index.ts';
import { makePart, openParts, temporaryFolder } from './make-part.ts';

export const SAMPLE_COLUMNS = {
  id: 'integer',
  a: 'integer',
  d: 'double',
  m: 'decimal(18,2)',
  big: 'decimal(38,0)',
  t: 'text',
  b: 'boolean',
  day: 'date',
  hour: 'time',
  moment: 'timestamp',
  tz: 'timestamptz',
  user: 'text',
  'Mixed "Case"': 'text',
} as const;

function rows(from: number, to: number): string {
  return `SELECT i - ${from} + 1 AS row_number, i AS id, CASE WHEN i % 11 = 0 THEN NULL ELSE i % 7 END AS a,
    CASE WHEN i % 13 = 0 THEN NULL ELSE i / 3 END AS d, i / 8 AS m, 10000000000000000000000000000 + i AS big,
    CASE WHEN i % 5 = 0 THEN NULL ELSE 'x' || (i % 20) END AS t, i % 2 = 0 AS b, DATE '2025-01-01' + CAST(i % 50 AS INTEGER) AS "day",
    TIME '00:00:00' + to_seconds(i) AS "hour", TIMESTAMP '2025-01-01' + to_minutes(i * 7 % 1000) AS moment,
    TIMESTAMPTZ '2025-01-01 00:00:00+00' + to_minutes(i) AS tz, 'u' || (i % 3) AS "user", 'c' || (i % 4) AS "Mixed ""Case"""
    FROM range(${from}, ${to}) r(i)`;
}

export interface Sample {
  readonly folder: string;
  readonly parts: readonly PartFile[];
  readonly open: (options?: Parameters<typeof openParts>[3]) => Promise<Dataset>;
  readonly remove: () => Promise<void>;
}

/** Two parts of 3,000 and 500 rows with a column of each type, nulls and ties. */
export async function makeSample(): Promise<Sample> {
  const { path, remove } = await temporaryFolder();
  const first = await makePart(path, 'part-00001', SAMPLE_COLUMNS, rows(1, 3001));
  const second = await makePart(path, 'part-00002', SAMPLE_COLUMNS, rows(3001, 3501));
  const parts = [first, second];
  return { folder: path, parts, open: (options) => openParts(path, parts, SAMPLE_COLUMNS, options), remove };
}
