import { type Context, definePlugin, type MomentState, mergeMoments } from '../../src/sdk/index.ts';
import { reportColumn } from './column-facts.ts';
import { measureNames } from './column-kind.ts';
import { reportTable } from './table-facts.ts';

/** Exact moments of each measure, in the order of the table. */
interface State {
  readonly moments: readonly MomentState[];
}

export default definePlugin<State>({
  async partial(_chunk, ctx) {
    const names = measureNames(ctx);
    if (names.length === 0) return { moments: [] };
    const states = await ctx.exact(names);
    return { moments: names.map((name) => required(states[name], name)) };
  },

  merge(a, b) {
    return { moments: a.moments.map((state, i) => mergeMoments(state, required(b.moments[i], String(i)))) };
  },

  async analyze(ctx: Context<State>) {
    await reportTable(ctx);
    const measures = measureNames(ctx);
    for (const [place, column] of ctx.schema.entries()) {
      await reportColumn(ctx, column, ctx.state?.moments[measures.indexOf(column.sql_name)]);
      ctx.progress(place + 1, ctx.schema.length);
    }
  },
});

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`no moments of ${name}`);
  return value;
}
