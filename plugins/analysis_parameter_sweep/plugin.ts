import { definePlugin } from '../../src/sdk/index.ts';
import { readSweeps } from './read-sweeps.ts';
import { reportSweeps } from './report.ts';
import { beginStudy } from './study.ts';

export default definePlugin({
  async analyze(ctx) {
    const study = await beginStudy(ctx);
    if (study !== undefined) await reportSweeps(study, await readSweeps(study));
  },
});
