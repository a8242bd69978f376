import { beginWaitStudy, type Context, definePlugin, resultCsv } from '../../src/sdk/index.ts';
import { readCells } from './cells.ts';
import { reportCombinations } from './combinations.ts';
import { reportConcentration } from './concentration.ts';
import { findCombinations } from './search.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const study = await beginWaitStudy(ctx);
    if (study === undefined) return;
    const cells = await readCells(study);
    if (cells.total.number(0, 'over_runs') === 0) {
      ctx.note('No run waited longer than the threshold: there is no wait to attribute.');
      return;
    }
    await ctx.artifact({
      path: 'wait_by_combination.csv',
      content: resultCsv(cells.handle, ctx.coverage),
      media_type: 'text/csv',
      title:
        'Runs and over-threshold wait of each job, server, hour and close window together: each run in one line',
    });
    await reportCombinations(study, cells, findCombinations(study, cells));
    await reportConcentration(study);
  },
});
