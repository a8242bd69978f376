import {
  beginWaitStudy,
  type Context,
  labelChaining,
  type Runs,
  type WaitStudy,
} from '../../src/sdk/index.ts';

/** What every part of the analysis works on. */
export interface Study extends WaitStudy {
  readonly runs: Runs;
}

/** Undefined, with the reason as a note, where no wait can be computed. */
export async function beginStudy(ctx: Context): Promise<Study | undefined> {
  const study = await beginWaitStudy(ctx);
  return study && { ...study, runs: await labelChaining(ctx) };
}
