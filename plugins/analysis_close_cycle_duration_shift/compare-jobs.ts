import {
  blockOfDay,
  type CloseBlock,
  type CloseComparison,
  type Context,
  compareClose,
  groupName,
  type QueryHandle,
} from '../../src/sdk/index.ts';

/** SQL of what the analysis works on. */
export interface Study {
  readonly ctx: Context;
  readonly queued: string;
  readonly service: string;
  /** Millionths of the logarithm of the service time. */
  readonly logService: string;
  readonly window: string;
  readonly leftOut: string;
  readonly adjustable: string;
}

/** A job's service times in the close against those outside of it. */
export interface ComparedJob extends CloseComparison {
  readonly name: string;
  /** A row of the job. */
  readonly row: number;
  readonly closeRuns: number;
  readonly openRuns: number;
  readonly closeServiceUs: bigint;
  readonly adjustable: boolean;
  readonly test: string;
}

interface Block extends CloseBlock {
  readonly runs: number;
  readonly logs: number;
}

const MOST_JOBS = 150;

/**
 * Every job with enough runs on both sides: the difference of mean logarithms of service times, close less open, within
 * each calendar month, so that what changes from month to month is in neither; months weighted by n₁n₀ / (n₁ + n₀).
 */
export async function compareJobs(
  study: Study,
): Promise<{ readonly handle: QueryHandle; readonly jobs: readonly ComparedJob[] }> {
  const handle = await study.ctx.query(blocksSql(study));
  const fewest = Number(study.ctx.settings['fewest_runs']);
  const jobs = [...Map.groupBy(handle.rows.keys(), (row) => handle.text(row, 'name') ?? '')]
    .map(([name, rows]) => ({ name, rows, sides: sidesOf(handle, rows) }))
    .filter(({ sides }) => sides.close >= fewest && sides.open >= fewest)
    .map(({ name, rows, sides }): ComparedJob => {
      const compared = compareClose(
        rows.map((row) => blockOf(handle, row)),
        shiftOf,
      );
      const { estimate, p_value } = compared.whole;
      return {
        ...compared,
        name,
        row: rows[0] ?? 0,
        closeRuns: sides.close,
        openRuns: sides.open,
        closeServiceUs: sides.serviceUs,
        adjustable: handle.text(rows[0] ?? 0, 'adjustable') === 'true',
        test: study.ctx.test({
          family: 'service times in the close',
          hypothesis: `${name} takes as long in the close as outside of it in the same month`,
          statistic: {
            name: 'difference of mean logarithms',
            value: Number.isFinite(estimate) ? estimate : 0,
          },
          p_value,
          n: sides.close + sides.open,
        }),
      };
    });
  return { handle, jobs };
}

function sidesOf(handle: QueryHandle, rows: readonly number[]) {
  const of = (inClose: boolean) =>
    rows.filter((row) => (handle.text(row, 'close_window') === 'close') === inClose);
  const runs = (some: readonly number[]) =>
    some.reduce((sum, row) => sum + (handle.number(row, 'runs') ?? 0), 0);
  const close = of(true);
  return {
    close: runs(close),
    open: runs(of(false)),
    serviceUs: close.reduce((sum, row) => sum + (handle.bigint(row, 'service_us') ?? 0n), 0n),
  };
}

function blockOf(handle: QueryHandle, row: number): Block {
  return {
    month: handle.text(row, 'month') ?? '',
    inClose: handle.text(row, 'close_window') === 'close',
    runs: handle.number(row, 'runs') ?? 0,
    logs: (handle.number(row, 'logs') ?? 0) / 1e6,
  };
}

function shiftOf(blocks: readonly Block[]): number {
  let [weights, sum] = [0, 0];
  for (const month of Map.groupBy(blocks, (block) => block.month).values()) {
    const [close, open] = [total(month, true), total(month, false)];
    if (close.runs === 0 || open.runs === 0) continue;
    const weight = (close.runs * open.runs) / (close.runs + open.runs);
    weights += weight;
    sum += weight * (close.logs / close.runs - open.logs / open.runs);
  }
  return sum / weights;
}

function total(blocks: readonly Block[], inClose: boolean) {
  let [runs, logs] = [0, 0];
  for (const block of blocks) {
    if (block.inClose !== inClose) continue;
    runs += block.runs;
    logs += block.logs;
  }
  return { runs, logs };
}

function blocksSql({ ctx, queued, service, logService, window, leftOut, adjustable }: Study): string {
  return `WITH counted AS (
  SELECT ${groupName(ctx, 'activity')} AS name, strftime(${queued}, '%Y-%m') AS month, ${blockOfDay(queued)} AS block, ${window} AS close_window,
    ${adjustable} AS adjustable, ${logService} AS log_service, ${service} AS service
  FROM data WHERE ${leftOut} IS NULL AND ${queued} IS NOT NULL AND ${logService} IS NOT NULL
), most AS (
  SELECT name AS most_name, sum(service) AS all_us FROM counted GROUP BY ALL ORDER BY all_us DESC, most_name LIMIT ${MOST_JOBS}
)
SELECT name, month, block, close_window, bool_and(adjustable) AS adjustable, count(*) AS runs, sum(log_service) AS logs, sum(service) AS service_us
FROM counted JOIN most ON name = most_name
GROUP BY name, month, block, close_window ORDER BY name, month, block, close_window`;
}
