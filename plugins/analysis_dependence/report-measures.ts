import { aboutColumns, capitalized, namedColumn } from '../../src/sdk/index.ts';
import { claimOf, type Reported, throughOf, turnsRound } from './claim.ts';
import type { Pearson } from './pearson.ts';

const METHOD =
  "Spearman's rank correlation, ties sharing the mean rank; t test; interval by Fisher's z with the variance of Bonett and Wright (2000); partial rank correlations";

/** A finding on two measures. */
export function reportMeasures(reported: Reported, pearson: Pearson): void {
  const { study, one, directness, charts } = reported;
  const { a, b } = one;
  const claim = claimOf(reported, [study.sums.handle], METHOD);
  const [x, y] = [namedColumn('first', a), namedColumn('second', b)];
  const rises = (one.effect ?? 0) > 0;
  const linear = study.ctx.derivation({
    method: "Pearson's correlation from exact sums of products, rounded once",
    values: { pearson: pearson.r, order_share: 100 * (one.effect ?? 0) ** 2 },
    inputs: [pearson.evidence, study.sums.handle],
  });
  const through = throughOf(directness);
  const reversal = turnsRound(directness);
  study.ctx.finding({
    kind: 'measure_association',
    title: capitalized(
      reversal !== undefined
        ? `how ${x.text} and ${y.text} go together ${reversal}`
        : rises
          ? `${x.text} and ${y.text} rise together${through}`
          : `${x.text} is high where ${y.text} is low${through}`,
    ),
    statement: claim.statement(
      capitalized(
        `${x.text} and ${y.text} ${rises ? 'rise and fall together' : 'go in opposite directions'}: rank correlation {effect} ` +
          '({low} to {high} with a confidence of {level}) over {rows}, so that the order of one tells {order_share} of the order of the other.' +
          (pearson.r === null ? '' : ' In a straight line they correlate with {pearson}.'),
      ),
    ),
    fields: {
      ...claim.fields,
      ...x.fields,
      ...y.fields,
      order_share: { from: linear.value('order_share'), unit: '%' },
      ...(pearson.r !== null && { pearson: linear.value('pearson') }),
    },
    estimate: {
      name: 'spearman_rho',
      field: 'effect',
      interval: { low: 'low', high: 'high', level: one.interval.level },
    },
    effect_size: { name: 'spearman_rho', field: 'effect' },
    ...aboutColumns([a, b]),
    ...claim.shared,
    charts: [...charts],
  });
}
