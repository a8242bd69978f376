import {
  type Context,
  definePlugin,
  deriveAs,
  deriveFailures,
  deriveJobLabels,
  noteUnknownJobs,
  readProcessLog,
  serviceTime,
} from '../../src/sdk/index.ts';
import { compareJobs } from './compare-jobs.ts';
import { readTries, readWeeks } from './read-tries.ts';
import { reportHotspots, reportOverall, writeNearMisses } from './report.ts';
import type { Study } from './study.ts';

export default definePlugin({
  async analyze(ctx) {
    const study = await beginStudy(ctx);
    if (study === undefined) return;
    const tries = await readTries(study);
    const compared = compareJobs(study, tries, await readWeeks(study));
    reportOverall(study, tries);
    await reportHotspots(study, tries, compared);
    await writeNearMisses(study, compared);
  },
});

async function beginStudy(ctx: Context): Promise<Study | undefined> {
  const log = readProcessLog(ctx);
  const failures = await deriveFailures(ctx);
  if (log === undefined || failures === undefined) return undefined;
  const service = await deriveAs(ctx, 'service_us', serviceTime(log));
  const labels = await deriveJobLabels(ctx, log);
  await noteUnknownJobs(ctx, log);
  return { ctx, log, service, ...failures, ...labels };
}
