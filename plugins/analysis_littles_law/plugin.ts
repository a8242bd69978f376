import { type Context, definePlugin } from '../../src/sdk/index.ts';
import { reportCases } from './cases.ts';
import { reportRuns } from './runs.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    if (ctx.role('case') !== undefined && ctx.role('event_timestamp') !== undefined) return reportCases(ctx);
    return reportRuns(ctx);
  },
});
