import type { Context } from '../../src/sdk/index.ts';
import type { Runs } from './chaining.ts';
import type { ClockColumns, Log } from './clock.ts';

/** What every part of the analysis works on. */
export interface Study {
  readonly ctx: Context;
  readonly log: Log;
  readonly clock: ClockColumns;
  readonly runs: Runs;
}

/** `WITH …` in front of a query's own CTEs, where runs have to be labelled first. */
export function withRuns(study: Study, ctes: string): string {
  const before = study.runs.ctes === '' ? '' : `${study.runs.ctes},\n`;
  return `WITH ${before}${ctes}`;
}
