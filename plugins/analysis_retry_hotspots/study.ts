import type { Context, Failures, JobLabels, ProcessLog } from '../../src/sdk/index.ts';

/** What every part of the analysis works on; names of columns are SQL. */
export interface Study extends Failures, JobLabels {
  readonly ctx: Context;
  readonly log: ProcessLog;
  readonly service: string;
}
