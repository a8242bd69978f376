import { hashJson } from '../base/index.ts';
import type { ExactGroup, ExactResult, MomentState, Moments } from '../sdk/exact/index.ts';
import { appendMoments, momentState, momentsOf, noMoments, termName } from '../sdk/exact/index.ts';
import type { Answers } from './answers.ts';
import type { Exact, ExactDataRequest, ExactStateRequest } from './dataset.ts';
import { type Accumulator, createAccumulator } from './exact-accumulator.ts';
import { describeExact } from './exact-description.ts';
import { groupsInOrder } from './exact-groups.ts';
import { checkNames, type ExactSource, type NumericScan, numericScan } from './exact-scan.ts';
import { momentsInSql } from './exact-sql-moments.ts';
import { productsInSql } from './exact-sql-products.ts';
import { canSumInSql, sumInSql } from './exact-sql-sums.ts';
import { keyText, readGrouped, readPlain } from './exact-stream.ts';
import { refuse } from './gate/refuse.ts';
import { createMemo } from './memo.ts';

const MEMO_BYTES = 64 * 1024 * 1024;
const MOST_SCANS = 256;
/** Columns of a chunk that are scanned together: SQL for the moments of each scans all of them. */
const MOST_COLUMNS = 16;
/** With fewer rows for each column of the table, SQL takes longer to plan than to read the cells one by one. */
const ROWS_PER_COLUMN = 50;

/** Exact aggregates over a source; each distinct request is computed once, or was in an earlier run. */
export function createExact(source: ExactSource, answers: Answers): Exact {
  const results = createMemo<ExactResult>(MEMO_BYTES, (result) => JSON.stringify(result).length);
  // Chunk after chunk asks about the same columns: what they are is looked at once.
  const scans = createMemo<NumericScan>(MOST_SCANS, () => 1);
  return {
    exact: ({ signal, ...request }) =>
      results.get(
        hashJson(request),
        (own) =>
          answers.recall({ kind: 'exact', asked: request }, () =>
            compute(source, { ...request, signal: own }),
          ),
        signal,
      ),
    exactState: ({ signal, ...request }) =>
      answers.recall({ kind: 'exact_state', asked: request }, async () => {
        const { columns, derived = [] } = request;
        checkNames(source, { columns, derived, groupBy: [] });
        const states: Record<string, MomentState> = {};
        for (let from = 0; from < columns.length; from += MOST_COLUMNS) {
          const wanted = { columns: columns.slice(from, from + MOST_COLUMNS), derived, groupBy: [] };
          const scan = await scans.get(hashJson(wanted), () => numericScan(source, wanted), signal);
          Object.assign(states, await chunkStates(source, scan, { ...request, ...(signal && { signal }) }));
        }
        return states;
      }),
  };
}

async function compute(source: ExactSource, request: ExactDataRequest): Promise<ExactResult> {
  const { groupBy = [] } = request;
  const scan = await numericScan(source, { ...request, groupBy });
  checkDegrees(request);
  return {
    groups: await groupsOf(source, request, scan),
    groupColumns: groupBy,
    description: describeExact(request, scan.derived),
  };
}

async function groupsOf(
  source: ExactSource,
  request: ExactDataRequest,
  scan: NumericScan,
): Promise<readonly ExactGroup[]> {
  if (request.kind === 'sum' && canSumInSql(scan, source.rowCount)) {
    return groupsInOrder(await sumInSql(source.session, scan, request));
  }
  if (request.kind === 'squares' || request.kind === 'cross_products') {
    const groups = await productsInSql(source, scan, request);
    if (groups !== undefined) return groupsInOrder(groups);
  }
  const grouped = scan.groupBy.length > 0;
  const accumulators = new Map<string, Accumulator>();
  if (!grouped) accumulators.set(keyText([]), createAccumulator(request, [], scan.numbers));
  const pieces = grouped ? readGrouped(source, scan, request) : readPlain(source, scan, request);
  for await (const { id, key, columns, rows } of pieces) {
    const accumulator = accumulators.get(id) ?? createAccumulator(request, key, scan.numbers);
    accumulators.set(id, accumulator);
    accumulator.add(columns, rows);
  }
  return groupsInOrder(Array.from(accumulators.values(), (accumulator) => accumulator.finish()));
}

/** Refuses degrees where there are no terms, one for something else than a column, and names that two terms share. */
function checkDegrees({ kind, columns, degrees }: ExactDataRequest): void {
  if (degrees === undefined) return;
  if (kind !== 'cross_products') refuse('only cross products have degrees');
  if (degrees.length !== columns.length) refuse('it has not one degree for each column');
  const names = columns.flatMap((name, at) =>
    Array.from({ length: degrees[at] ?? 1 }, (_, power) => termName(name, power + 1)),
  );
  if (new Set(names).size < names.length) refuse('two of its terms have the same name');
}

async function chunkStates(
  source: ExactSource,
  scan: NumericScan,
  request: ExactStateRequest,
): Promise<Record<string, MomentState>> {
  const { chunk } = request;
  const inSql =
    chunk.rows < ROWS_PER_COLUMN * source.dataColumns.size
      ? new Map<string, Moments>()
      : await momentsInSql(source.session, scan, request);
  const numbers = scan.numbers.filter(({ name }) => !inSql.has(name));
  const streamed = numbers.length === 0 ? inSql : await streamMoments(source, { ...scan, numbers }, request);
  const stateOf = (name: string) => momentState(inSql.get(name) ?? streamed.get(name) ?? noMoments(10, 0));
  return Object.fromEntries(scan.numbers.map(({ name }) => [name, stateOf(name)]));
}

/** Moments from the cells themselves. */
async function streamMoments(
  source: ExactSource,
  scan: NumericScan,
  request: ExactStateRequest,
): Promise<ReadonlyMap<string, Moments>> {
  let moments: readonly Moments[] = scan.numbers.map(({ base, scale }) => noMoments(base, scale));
  for await (const { columns, rows } of readPlain(source, scan, request)) {
    moments = moments.map((before, index) => {
      const column = columns[index];
      return column ? appendMoments(before, momentsOf(column, rows)) : before;
    });
  }
  return new Map(scan.numbers.map(({ name }, index) => [name, moments[index] ?? noMoments(10, 0)]));
}
