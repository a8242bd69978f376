import { definePlugin } from '../../src/sdk/index.ts';
import { readRepeats } from './read-repeats.ts';
import { reportRepeats } from './report.ts';
import { beginStudy } from './study.ts';

export default definePlugin({
  async analyze(ctx) {
    const study = await beginStudy(ctx);
    if (study !== undefined) await reportRepeats(study, await readRepeats(study));
  },
});
