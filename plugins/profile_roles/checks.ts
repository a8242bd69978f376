import { type Context, identifier, pointedAt } from '../../src/sdk/index.ts';
import type { Binding } from './roles.ts';

/** Counts that a reader can repeat, and the sentence they stand in. `{name}` marks a count; `{other}` a column. */
export interface Check {
  /** Output columns of the query beside `all_rows` and `present_rows`, as SQL by name. */
  readonly counts: Readonly<Record<string, string>>;
  readonly sentence: string;
  /** The second column of the sentence. */
  readonly other?: string;
}

const TIMES = ['queued_at', 'eligible_at', 'started_at', 'ended_at'] as const;

/** What can be counted about a role, beside how many rows have a value. */
export function checkOf(ctx: Context, binding: Binding): Check {
  const column = identifier(binding.sql_name);
  const distinct = { distinct_values: `count(DISTINCT ${column})` };
  switch (binding.role) {
    case 'queued_at':
    case 'eligible_at':
    case 'started_at':
    case 'ended_at':
      return timeCheck(ctx, binding.role, column);
    case 'depends_on':
    case 'parent':
    case 'chain':
      return pointerCheck(column, pointedAt(ctx, binding.role));
    case 'duration':
      return durationCheck(ctx, column);
    case 'parameters':
      return {
        counts: { matching_rows: `count(*) FILTER (WHERE position('=' IN ${column}) > 0)` },
        sentence: 'In {matching_rows} there is an equals sign, as in key=value.',
      };
    case 'run_id':
      return { counts: distinct, sentence: 'It holds {distinct_values}.' };
    default:
      return { counts: distinct, sentence: 'It holds {distinct_values}.' };
  }
}

/** Order against the nearest later time of the run, or the nearest earlier one for the last. */
function timeCheck(ctx: Context, role: (typeof TIMES)[number], column: string): Check {
  const own = TIMES.indexOf(role);
  const later = TIMES.slice(own + 1).find((time) => ctx.role(time) !== undefined);
  const earlier = TIMES.slice(0, own).findLast((time) => ctx.role(time) !== undefined);
  const other = ctx.role(later ?? earlier ?? 'queued_at');
  if (other === undefined || (later ?? earlier) === undefined) return { counts: {}, sentence: '' };
  const second = identifier(other);
  const inOrder = later === undefined ? `${column} >= ${second}` : `${column} <= ${second}`;
  return {
    counts: {
      rows_with_both: `count(*) FILTER (WHERE ${column} IS NOT NULL AND ${second} IS NOT NULL)`,
      matching_rows: `count(*) FILTER (WHERE ${inOrder})`,
    },
    sentence: `It is not ${later === undefined ? 'before' : 'after'} {other} in {matching_rows} out of {rows_with_both} with both.`,
    other,
  };
}

function pointerCheck(column: string, key: string | undefined): Check {
  if (key === undefined)
    return { counts: {}, sentence: 'No column is bound as the run id it would point into.' };
  return {
    counts: {
      matching_rows: `count(*) FILTER (WHERE CAST(${column} AS VARCHAR) IN (SELECT CAST(${identifier(key)} AS VARCHAR) FROM data))`,
    },
    sentence: 'In {matching_rows} it names a value of {other}.',
    other: key,
  };
}

function durationCheck(ctx: Context, column: string): Check {
  const start = ctx.role('started_at');
  const end = ctx.role('ended_at');
  if (start === undefined || end === undefined) return { counts: {}, sentence: '' };
  const seconds = `date_diff('microsecond', CAST(${identifier(start)} AS TIMESTAMP), CAST(${identifier(end)} AS TIMESTAMP))`;
  const micros = `CAST(round(CAST(${column} AS DOUBLE) * 1000000) AS BIGINT)`;
  return {
    counts: { matching_rows: `count(*) FILTER (WHERE abs(${seconds} - ${micros}) <= 1000000)` },
    sentence: 'In {matching_rows} it equals the time from start to end, to the second.',
  };
}
