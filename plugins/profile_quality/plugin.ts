import { type Context, definePlugin } from '../../src/sdk/index.ts';
import { reportConstants } from './constants.ts';
import { reportMissingDays } from './days.ts';
import { reportDependencies } from './dependencies.ts';
import { reportDuplicates } from './duplicates.ts';
import { reportEqualColumns } from './equal-columns.ts';
import { reportFormulas } from './formulas.ts';
import { reportKeys, reportNearKeys } from './keys.ts';
import { reportLimits } from './limits.ts';
import { reportMissingNotAtRandom } from './missing.ts';
import { isWhole, keepsCopies, noteSample } from './of-samples.ts';
import { reportPairKeys } from './pair-keys.ts';
import { reportSentinels } from './sentinels.ts';
import { reportSequences } from './sequences.ts';
import { type Surveyed, survey, type Table } from './survey.ts';
import { reportText } from './text-damage.ts';
import { reportTimeGap } from './time-gaps.ts';
import { reportTimeOrder } from './time-order.ts';
import { reportTimeSteps } from './time-steps.ts';

export default definePlugin({
  async analyze(whole: Context) {
    let found = 0;
    const finding: Context['finding'] = (input) => {
      found += 1;
      whole.finding(input);
    };
    const ctx: Context = { ...whole, finding };
    if (ctx.rowCount === 0 || ctx.schema.length === 0) return ctx.note('The table has no rows.');
    const table = await survey(ctx);
    const { keys, nearKeys } = await reportKeys(table);
    const known = [...keys, ...nearKeys];
    const copies = keepsCopies(ctx, keys) ? await reportDuplicates(table, keys) : 0;
    if (isWhole(ctx)) {
      await reportNearKeys(table, nearKeys, copies);
      await reportPairKeys(table, known);
    } else noteSample(ctx, keepsCopies(ctx, keys));
    const repeats = await reportEqualColumns(table);
    await reportDependencies(table, [...known, ...repeats]);
    await reportFormulas(table, repeats);
    await reportConstants(table);
    await reportText(table);
    await reportSentinels(table);
    if (isWhole(ctx)) await reportWhatIsMissing(table, known);
    await reportLimits(table);
    await reportTimeOrder(table);
    await reportMissingNotAtRandom(table);
    if (found === 0) ctx.note('Nothing of what is looked for was found.');
  },
});

/** Holes in numbers, days and times without rows. */
async function reportWhatIsMissing(table: Table, known: readonly Surveyed[]): Promise<void> {
  await reportSequences(table, known);
  await reportMissingDays(table);
  if (!(await reportTimeSteps(table))) await reportTimeGap(table);
}
