import { type QueryHandle, twoAtOnce } from '../../src/sdk/index.ts';
import { queryFit } from './charts.ts';
import { quartilesOf } from './diagnostics.ts';
import type { Diagnosed, Study } from './study.ts';

/** What is told of a model beyond its sums. */
export interface Shown {
  /** Of observed over fitted values, to be drawn. */
  readonly fit: QueryHandle | undefined;
  /** Those that pull the fit most, for citation. */
  readonly rows: QueryHandle | undefined;
  /** Of the residuals: smallest, quartiles, largest. */
  readonly quartiles: readonly number[] | undefined;
}

/** Asks for all that the findings on some models show. */
export async function showModels<M extends Diagnosed>(
  study: Study,
  told: readonly M[],
): Promise<ReadonlyMap<M, Shown>> {
  const queries = twoAtOnce(told, async (one) => ({
    fit: one.diagnostics && (await queryFit(study, one, one.diagnostics.fitted)),
    rows: await influentialRows(study, one),
  }));
  // put in order here while the host answers
  const quartiles = told.map(
    ({ diagnostics }) => diagnostics?.residuals && quartilesOf(diagnostics.residuals),
  );
  const answers = await queries;
  return new Map(
    told.map((one, i) => [one, { fit: answers[i]?.fit, rows: answers[i]?.rows, quartiles: quartiles[i] }]),
  );
}

/** The rows that pull the fit most, for citation. */
async function influentialRows({ ctx }: Study, { diagnostics }: Diagnosed): Promise<QueryHandle | undefined> {
  const rows = diagnostics?.influential ?? [];
  if (rows.length === 0) return undefined;
  const conditions = rows.map(
    ({ part, rowNumber }) => `(_sh_part = ${part} AND _sh_row_number = ${rowNumber})`,
  );
  return ctx.query(`SELECT _sh_part, _sh_row_number FROM data WHERE ${conditions.join(' OR ')}`);
}
