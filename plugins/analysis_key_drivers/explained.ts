import { type Context, columnPhrase, type ItemInput, isSourceColumn } from '../../src/sdk/index.ts';
import { claimOf, limitationsOf, reachOf, testOf } from './findings.ts';
import type { Settings } from './settings.ts';
import type { Shown } from './shown.ts';
import { type Told, weightOf } from './tell.ts';

/** One finding on all segments of a measure whose difference is mostly that of another driver. */
export function reportExplained(ctx: Context, told: readonly Told[], shown: Shown, settings: Settings): void {
  const explained = told
    .flatMap((one) => one.segments.map((guarded) => ({ told: one, guarded })))
    .filter(({ guarded }) => guarded.within?.verdict === 'explained')
    .toSorted((a, b) => weightOf(b.guarded) - weightOf(a.guarded));
  const [lead] = explained;
  if (lead === undefined) return;
  const { measure } = lead.told.driver.tally.measure;
  const name = columnPhrase(ctx, measure.sqlName, 'measure');
  const claim = claimOf(ctx, lead.told, lead.guarded, shown, 'explained');
  const counts = ctx.derivation({
    method: 'number of segments whose difference is mostly that of another driver',
    values: { explained: explained.length },
    inputs: shown.handles,
  });
  ctx.finding({
    kind: 'segment_difference_explained',
    ...claim,
    title: `{explained} in which ${name.text} differs only through another driver`,
    statement:
      `{explained} have other values of ${name.text} than all other rows, but less than {explained_below} of that is left ` +
      `where another driver is held fixed: they are not what to act on. ${claim.statement}`,
    fields: {
      ...claim.fields,
      explained: { from: counts.value('explained'), unit: explained.length === 1 ? 'segment' : 'segments' },
      explained_below: { from: { setting: 'explained_below_percent' }, unit: '%' },
    },
    ...(isSourceColumn(ctx, measure.sqlName)
      ? { target: { measure: { columns: [measure.sqlName] } } }
      : { target: {}, scope: { measure: measure.sqlName } }),
    how: 'tested',
    severity: 'info',
    ranking: {
      effect: Math.min(1, 0.4 * Math.abs(lead.guarded.segment.superiority.value)),
      reach: reachOf(lead.guarded.segment),
      actionability: 0.2,
    },
    items: explained.slice(0, 2 * settings.topSegments).map(
      (one): ItemInput => ({
        ...claimOf(ctx, one.told, one.guarded, shown, 'explained'),
        ...testOf(one.guarded, one.told.driver.test),
      }),
    ),
    limitations: limitationsOf(lead.guarded),
  });
}
