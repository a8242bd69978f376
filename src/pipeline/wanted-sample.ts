import { HarnessError } from '../base/index.ts';
import type { Config, DatasetSchema, Sample } from '../contract/index.ts';
import { unknownColumn } from '../ingest/index.ts';

/** The sample that the operator asks for: a share of the rows; `by` names the column whose values are drawn whole. */
export interface WantedSample {
  /** Above 0, below 1. */
  readonly fraction: number;
  readonly by?: string;
}

/** What the command line says: `--sample`, `--sample-by`. */
interface SampleFlags {
  readonly sample?: string;
  readonly sampleBy?: string;
}

type Pick = <T>(key: string, flag: T | undefined, config: T | undefined, fallback: T) => T;

/** Flags over file. Undefined where every row is looked at, as with a share of 1. Throws SH_CONFIG_INVALID. */
export function resolveSample(
  flags: SampleFlags,
  file: Config['sample'],
  pick: Pick,
): WantedSample | undefined {
  const given = typeof file === 'object' ? file : { fraction: file };
  const share = pick<number | string | undefined>('sample.fraction', flags.sample, given.fraction, undefined);
  const by = pick('sample.by', flags.sampleBy, 'by' in given ? given.by : undefined, undefined);
  if (share === undefined && by !== undefined)
    throw invalid('sample', `a share is missing: the values of ${by} are drawn whole, but how many of them?`);
  if (share === undefined) return undefined;
  const fraction = parseShare(share);
  return fraction === 1 ? undefined : { fraction, ...(by !== undefined && { by }) };
}

/** `0.1`, `10%` or 0.1 as a number above 0 and at most 1. Throws SH_CONFIG_INVALID. */
function parseShare(share: number | string): number {
  const text = String(share).trim();
  const [, digits, percent] = /^(\d+(?:\.\d+)?(?:e-\d+)?)\s*(%?)$/i.exec(text) ?? [];
  const value = percent === '%' ? Number(`${digits}e-2`) : Number(digits);
  if (value > 0 && value <= 1) return value;
  const whole = percent !== '%' && value > 1 && value <= 100 ? `; ${text} per cent are ${text}%` : '';
  throw invalid('sample', `must be a share above 0 and at most 1, such as 0.1 or 10%, got "${text}"${whole}`);
}

/** The column that a sample is drawn by, by its header or its name in SQL; undefined where rows are drawn singly. */
function columnOf({ by }: WantedSample, { columns }: DatasetSchema) {
  if (by === undefined) return undefined;
  const column =
    columns.find(({ name }) => name === by) ??
    columns.find(({ sql_name }) => sql_name.toLowerCase() === by.toLowerCase());
  if (column === undefined)
    throw unknownColumn(
      '--sample-by',
      by,
      columns.map(({ name }) => name),
    );
  if (!['text', 'integer', 'decimal', 'date', 'boolean'].includes(column.type.kind)) {
    const reason = `it is of type ${column.type.kind}; whole cases are drawn by names, numbers without a floating point, or days`;
    throw new HarnessError('SH_SAMPLE_COLUMN_UNFIT', { column: by, reason });
  }
  return column;
}

/** How a wanted sample is drawn from a table, all but the seed. Throws SH_INPUT_UNKNOWN_COLUMN, SH_SAMPLE_COLUMN_UNFIT. */
export function samplingOf(wanted: WantedSample, schema: DatasetSchema): Omit<Sample, 'seed'> {
  const column = columnOf(wanted, schema);
  const { fraction } = wanted;
  return column === undefined
    ? { method: 'rows', fraction }
    : { method: 'cases', column: column.sql_name, fraction };
}

function invalid(source: string, problems: string): HarnessError {
  return new HarnessError('SH_CONFIG_INVALID', { source, problems });
}
