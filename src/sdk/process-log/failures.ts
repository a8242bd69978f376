import type { Context } from '../context.ts';
import { identifier, literal } from '../sql-text.ts';
import { deriveAs } from './columns.ts';

/** Statuses that say in words, or by the letter that stands for them, that a run failed. */
const FAILED =
  /^(f|fail(ed|ure)?|unsuccessful|err(or|ored)?|abnormal(ly)?|abend(ed)?|abort(ed)?|crash(ed)?|timed?[ _-]?out|exception)$/i;
/** More statuses are no codes of outcomes. */
const MOST_STATUSES = 200;

/** Which runs failed. */
export interface Failures {
  /** Name of a derived column, as SQL: true where a run failed, false where it has another status, missing where it has none. */
  readonly failed: string;
  /** The statuses that mean failure. */
  readonly statuses: readonly string[];
}

/**
 * Derives which runs failed: those whose status the setting `failed_statuses` names (upper and lower case alike), or,
 * where that is empty, those whose status is a known word for failure. Undefined, with the reason as a note, where the log
 * has no status, none means failure, or more than half of the runs would have failed, so that the words must mean something else.
 */
export async function deriveFailures(ctx: Context): Promise<Failures | undefined> {
  const column = ctx.role('status');
  if (column === undefined) return undefined;
  const status = `trim(CAST(${identifier(column)} AS VARCHAR))`;
  const counted = await ctx.query(
    `SELECT ${status} AS status, count(*) AS runs FROM data WHERE ${identifier(column)} IS NOT NULL GROUP BY ALL ORDER BY runs DESC, status LIMIT ${MOST_STATUSES}`,
  );
  const name = ctx.column(column).name;
  const wanted = namedStatuses(ctx);
  const rows = [...counted.rows.keys()].filter((row) => means(counted.text(row, 'status') ?? '', wanted));
  const runsOf = (of: readonly number[]) =>
    of.reduce((sum, row) => sum + (counted.number(row, 'runs') ?? 0), 0);
  if (rows.length === 0) {
    ctx.note(
      wanted.length > 0
        ? `No run has a status that the setting failed_statuses names (${name}): no run is known to have failed.`
        : `No value of ${name} is a known word for failure; if one means it, name it in the setting failed_statuses.`,
    );
    return undefined;
  }
  if (wanted.length === 0 && 2 * runsOf(rows) > runsOf([...counted.rows.keys()])) {
    ctx.note(
      `More than half of the runs have a value of ${name} that reads like a failure, so it will mean something else; name those that mean failure in the setting failed_statuses.`,
    );
    return undefined;
  }
  const statuses = rows.map((row) => counted.text(row, 'status') ?? '');
  return {
    statuses,
    failed: await deriveAs(ctx, 'failed', `${status} IN (${statuses.map(literal).join(', ')})`),
  };
}

function namedStatuses({ settings }: Context): string[] {
  const names = settings['failed_statuses'];
  return Array.isArray(names) ? names.map((name) => String(name).trim().toLowerCase()) : [];
}

function means(status: string, wanted: readonly string[]): boolean {
  return wanted.length > 0 ? wanted.includes(status.toLowerCase()) : FAILED.test(status);
}
