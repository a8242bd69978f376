import { MOST_HOPEFUL_P, plainColumnName, type QueryHandle } from '../../src/sdk/index.ts';
import { skewFences } from './fences.ts';
import type { Measured } from './measured.ts';
import { type Claimed, reportTail } from './report-tail.ts';
import { areSentinels } from './sentinels.ts';
import { combineTails, depthFor, tailLength } from './spacings.ts';
import { reasonOf, type Study } from './study.ts';
import { gapOf, type Middle, OWN_LEVEL, type Side, type Tail } from './tails.ts';
import { withoutUsual } from './usual-levels.ts';

/** Tests the tails of every measure for values cut off from all others; gives what is claimed. */
export async function reportSingleMeasures(study: Study): Promise<Claimed[]> {
  const claimed: Claimed[] = [];
  for (const [i, measured] of study.measures.entries()) {
    const middleQuery = await queryMiddle(study, measured);
    study.middles.push(middleQuery);
    const middle = middleOf(middleQuery);
    if (middle === undefined) continue;
    const tails: Omit<Tail, 'isPooled'>[] = [];
    for (const side of ['above', 'below'] as const) {
      const tail = await readTail(study, measured, side, middle, middleQuery);
      if (tail !== undefined) tails.push(tail);
    }
    const test = testMeasure(study, measured, middle, tails);
    for (const tail of test === undefined ? [] : tails) {
      const claim = await consider(study, { ...tail, isPooled: tails.length > 1 }, test ?? '');
      if (claim !== undefined) claimed.push(claim);
    }
    study.ctx.progress(i + 1, study.measures.length);
  }
  return claimed;
}

function queryMiddle({ ctx }: Study, { sql, isPresent }: Measured): Promise<QueryHandle> {
  return ctx.query(`WITH ordered AS (
  SELECT count(*) AS present_rows, min(${sql}) AS lowest, max(${sql}) AS highest,
    quantile_disc(${sql}, [0.25, 0.5, 0.75]) AS q
  FROM data WHERE ${isPresent}
)
SELECT present_rows, lowest, highest, q[1] AS quartile_1, q[2] AS median, q[3] AS quartile_3 FROM ordered`);
}

function middleOf(query: QueryHandle): Middle | undefined {
  const [n, minimum, quartile1, median, quartile3] = [
    'present_rows',
    'lowest',
    'quartile_1',
    'median',
    'quartile_3',
  ].map((name) => query.number(0, name));
  if (n == null || minimum == null || quartile1 == null || median == null || quartile3 == null)
    return undefined;
  return { n, minimum, quartile1, median, quartile3 };
}

async function readTail(
  { ctx }: Study,
  measured: Measured,
  side: Side,
  middle: Middle,
  middleQuery: QueryHandle,
): Promise<Omit<Tail, 'isPooled'> | undefined> {
  const depth = depthFor(middle.n);
  if (depth === undefined) return undefined;
  const lastQuery = await ctx.query(
    `SELECT _sh_part, _sh_row_number, ${measured.sql} AS value FROM data WHERE ${measured.isPresent}
ORDER BY ${measured.sql} ${side === 'above' ? 'DESC' : 'ASC'}, _sh_part, _sh_row_number LIMIT ${tailLength(depth)}`,
  );
  const values = lastQuery.rows.map((_, row) => lastQuery.number(row, 'value') ?? 0);
  const gap = gapOf(values, side, middle, measured);
  return gap && { measured, side, middle, gap, middleQuery, lastQuery };
}

/** Enters the hypothesis in the ledger; gives its label where the p-value leaves hope. */
function testMeasure(
  { ctx, screened, settings }: Study,
  { measure }: Measured,
  middle: Middle,
  tails: readonly Pick<Tail, 'gap'>[],
): string | undefined {
  const hypothesis = `no value of ${plainColumnName(ctx, measure.sqlName)} lies cut off from all others`;
  const { unit, value } = settings.smallestRatio;
  const common = { hypothesis, n: middle.n, unit, smallest_effect: value };
  const [lead] = [...tails].sort((a, b) => a.gap.p_value - b.gap.p_value);
  if (lead === undefined) {
    const reason = 'not tested: too few values, or too few different ones in the tails';
    screened.push({ ...common, estimate: null, p_value: null, reason, test: undefined });
    return undefined;
  }
  const p_value = combineTails(tails.map(({ gap }) => gap.p_value));
  const label = ctx.test({
    family: 'outliers_of_a_measure',
    hypothesis,
    statistic: { name: 'F of spacings', value: lead.gap.statistic },
    p_value,
    n: middle.n,
  });
  const reason = reasonOf(p_value, lead.gap.ratio, settings, MOST_HOPEFUL_P);
  screened.push({ ...common, estimate: lead.gap.ratio, p_value, reason, test: label });
  return p_value <= MOST_HOPEFUL_P ? label : undefined;
}

/** Claims a gap that is wide enough, beyond the fences for the skewness, and not usual for some level of a category. */
async function consider(study: Study, tail: Tail, test: string): Promise<Claimed | undefined> {
  const { gap, side, lastQuery } = tail;
  if (gap.p_value > OWN_LEVEL || !study.settings.smallestRatio.reaches(gap.ratio)) return undefined;
  const fences = await skewFences(study, tail);
  const nearest = lastQuery.number(gap.outliers - 1, 'value') ?? 0;
  const isBeyond = side === 'above' ? nearest > fences.upper : nearest < fences.lower || fences.isLogarithmic;
  if (!isBeyond) return undefined;
  if (areSentinels(study, tail)) return undefined;
  const rest = await withoutUsual(study, tail);
  return rest && reportTail(study, tail, fences, rest, test);
}
