import type { Context } from '../context.ts';
import { identifier } from '../sql-text.ts';

type Key = Context['derived'][number];

/** Distinct values per value, and share of all rows, from which a parameter is an id of the run itself. */
const [OWN_VALUES, OF_ALL_RUNS] = [0.98, 0.5];

/** The keys of the text with the parameters; `ids`: those that each run gets a value of its own of, whatever its job. */
export function parameterKeys(ctx: Context): { readonly keys: readonly Key[]; readonly ids: readonly Key[] } {
  const parameters = ctx.role('parameters');
  const all = ctx.derived.filter(({ from }) => from === parameters);
  const ids = all.filter(isOfTheRun);
  return { keys: all.filter((key) => !ids.includes(key)), ids };
}

function isOfTheRun({ distinct, values, coverage }: Key): boolean {
  return distinct >= OWN_VALUES * values && coverage >= OF_ALL_RUNS;
}

/**
 * What two runs of a job have in common if they do the same work, as SQL text: the parameters without ids of the run
 * itself (with a note of which). Missing where nothing is left; undefined without parameters.
 */
export function sameParameters(ctx: Context): string | undefined {
  const column = ctx.role('parameters');
  if (column === undefined) return undefined;
  const { keys, ids } = parameterKeys(ctx);
  if (ids.length === 0) return `nullif(trim(CAST(${identifier(column)} AS VARCHAR)), '')`;
  ctx.note(
    `Nearly every run has another value of ${ids.map(({ key }) => key).join(', ')}, whatever its job: an id of the run, which is no part of what makes two runs the same work.`,
  );
  const values = keys.map(({ sql_name }) => `CAST(${identifier(sql_name)} AS VARCHAR)`);
  if (values.length === 0) return 'CAST(NULL AS VARCHAR)';
  const texts = values.map((value) => `coalesce(${value}, '')`).join(` || ';' || `);
  return `CASE WHEN coalesce(${values.join(', ')}) IS NOT NULL THEN ${texts} END`;
}
