import { definePlugin, finishMoments, type MomentState, mergeMoments } from 'statistic-harness/sdk';

interface State {
  readonly moments: Readonly<Record<string, MomentState>>;
}

/** What profile_basic computes chunk by chunk, and nothing else: the exact moments of every column of numbers. */
export default definePlugin<State>({
  async partial(_chunk, ctx) {
    const numbers = ctx.schema.filter(({ type }) => ['integer', 'decimal', 'double'].includes(type.kind));
    return { moments: await ctx.exact(numbers.map(({ sql_name }) => sql_name)) };
  },

  merge(a, b) {
    const merged = Object.entries(a.moments).map(([name, state]) => {
      const other = b.moments[name];
      return [name, other === undefined ? state : mergeMoments(state, other)] as const;
    });
    return { moments: Object.fromEntries(merged) };
  },

  async analyze(ctx) {
    for (const [name, state] of Object.entries(ctx.state?.moments ?? {})) {
      ctx.note(`${name}: mean ${finishMoments(state).mean}`);
    }
  },
});
