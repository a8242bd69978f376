import {
  type Context,
  deriveAs,
  deriveCloseWindow,
  deriveJobLabels,
  type JobLabels,
  noteUnknownJobs,
  type ProcessLog,
  parameterKeys,
  readProcessLog,
  serviceTime,
} from '../../src/sdk/index.ts';

/** Parameters that are looked at: those that most runs have. */
const MOST_KEYS = 40;

/** What every part of the analysis works on; names of columns are SQL. */
export interface Study extends JobLabels {
  readonly ctx: Context;
  readonly log: ProcessLog;
  readonly asked: string;
  readonly service: string;
  readonly window: string;
  /** The derived columns of the parameters' keys. */
  readonly keys: Context['derived'];
}

/** Undefined, with the reason as a note, where no series can be seen. */
export async function beginStudy(ctx: Context): Promise<Study | undefined> {
  const log = readProcessLog(ctx);
  if (log === undefined) return undefined;
  const asked = log.queued ?? log.eligible;
  if (asked === undefined) {
    ctx.notLookedFor(
      'There are neither queue times nor eligible times that can be used: no series of runs can be seen.',
    );
    return undefined;
  }
  const { keys, ids } = parameterKeys(ctx);
  if (ids.length > 0)
    ctx.note(
      `Nearly every run has another value of ${ids.map(({ key }) => key).join(', ')}, whatever its job: an id of the run, which is not looked at.`,
    );
  if (keys.length === 0) {
    ctx.notLookedFor('The text with the parameters has no keys that can be told apart.');
    return undefined;
  }
  if (keys.length > MOST_KEYS)
    ctx.note(`Of ${keys.length} parameters the ${MOST_KEYS} that most runs have are looked at.`);
  const labels = await deriveJobLabels(ctx, log);
  await noteUnknownJobs(ctx, log);
  return {
    ctx,
    log,
    asked,
    service: await deriveAs(ctx, 'service_us', serviceTime(log)),
    window: await deriveCloseWindow(ctx, log),
    keys: keys.slice(0, MOST_KEYS),
    ...labels,
  };
}

/** The setting `smallest_distinct_percent`, in tenths of a per cent. */
export function tenths({ ctx }: Pick<Study, 'ctx'>): number {
  return Math.round(10 * Number(ctx.settings['smallest_distinct_percent']));
}
