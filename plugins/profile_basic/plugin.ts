import {
  type Context,
  definePlugin,
  type MomentState,
  mergeMoments,
  twoAtOnce,
} from '../../src/sdk/index.ts';
import { askColumn } from './column-facts.ts';
import { measureNames } from './column-kind.ts';
import { sayMoments } from './provisional.ts';
import { reportTable } from './table-facts.ts';

/** So many measures are told of while chunks are merged. */
const SAID_COLUMNS = 3;

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

  provisional({ moments }, ctx) {
    for (const [i, name] of measureNames(ctx).slice(0, SAID_COLUMNS).entries()) {
      sayMoments(ctx, name, required(moments[i], name));
    }
  },

  async analyze(ctx: Context<State>) {
    await reportTable(ctx);
    const measures = measureNames(ctx);
    let asked = 0;
    const tellEach = await twoAtOnce(ctx.schema, async (column) => {
      const tell = await askColumn(ctx, column, ctx.state?.moments[measures.indexOf(column.sql_name)]);
      asked += 1;
      ctx.progress(asked, ctx.schema.length);
      return tell;
    });
    for (const tell of tellEach) tell();
  },
});

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`no moments of ${name}`);
  return value;
}
