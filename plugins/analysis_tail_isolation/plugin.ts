import { beginWaitStudy, type Context, definePlugin, nearMissTable } from '../../src/sdk/index.ts';
import { readFactors } from './factors.ts';
import { guardOwners } from './guard.ts';
import { screenTail } from './screen.ts';
import { countTails } from './tail-counts.ts';
import { readTails } from './tails.ts';
import { reportTail, screenedOwners } from './tell.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const study = await beginWaitStudy(ctx);
    if (study === undefined) return;
    const tails = await readTails(study);
    if (tails.length === 0) return;
    const factors = await readFactors(study);
    const counts = await countTails(study, factors, tails);
    const screened = [];
    for (const tail of tails) {
      ctx.metric(`${tail.of}_tail_runs`, { from: tail.handle.cell(0, 'tail_runs'), unit: 'runs' });
      const owners = await guardOwners(study, factors, screenTail(study, counts, tail));
      await reportTail(study, tail, owners);
      screened.push(...screenedOwners(study, tail, owners));
    }
    await ctx.artifact(nearMissTable(screened, ctx.coverage));
  },
});
