import type { Context, Phrase } from '../../src/sdk/index.ts';
import type { Verdict, Within } from './guard.ts';
import { meansAgree, type Segment } from './segments.ts';
import { capital, sameLevel } from './words.ts';

export function direction({ superiority }: Segment): 'larger' | 'smaller' {
  return superiority.value >= 0 ? 'larger' : 'smaller';
}

export function titleOf(name: Phrase, who: Phrase, verdict: Verdict, same: string, segment: Segment): string {
  const rows = capital(who.text);
  if (verdict === 'holds' && !meansAgree(segment))
    return `${rows} have the ${direction(segment)} ${name.text} in {larger_percent} of cases: half have {median} or less, of all rows {median_all}`;
  if (verdict === 'holds')
    return `${rows} have a mean ${name.text} of {mean} against {mean_elsewhere} elsewhere`;
  if (verdict === 'explained')
    return `${rows}: their difference of ${name.text} goes with ${same.replace('the same ', '')}`;
  return `${rows}: within ${same}, their difference of ${name.text} is the other way round`;
}

export function differs(name: Phrase, who: Phrase, segment: Segment): string {
  const rows = `${capital(who.text)} ({level_rows} of {rows})`;
  const difference =
    'a difference of {difference} ({interval_level} interval from {difference_low} to {difference_high}).';
  const medians = 'Half of them have {median} or less, half of all rows {median_all} or less.';
  const cases = 'in {larger_percent} of cases, equal values counting half.';
  if (meansAgree(segment)) {
    return (
      `${rows} have a mean ${name.text} of {mean} against {mean_elsewhere} elsewhere: ${difference} ${medians} ` +
      `Of such a row and one from elsewhere, the former has the ${direction(segment)} value ${cases}`
    );
  }
  return (
    `${rows} tend to a ${direction(segment)} ${name.text}: of such a row and one from elsewhere, ` +
    `the former has the ${direction(segment)} value ${cases} ${medians} ${MEANS[meansSay(segment)]} ` +
    `{mean} against {mean_elsewhere} elsewhere, ${difference}`
  );
}

const MEANS = {
  nothing: 'Means, which a few far values can move, do not tell the two apart:',
  opposite: 'Means, which a few far values can move, lie the other way round:',
} as const;

/** What the interval of the difference of means says where it doesn't say what the ranks do. */
function meansSay({ means }: Segment): keyof typeof MEANS {
  return means.low > 0 || means.high < 0 ? 'opposite' : 'nothing';
}

const STAYS = {
  whole: ', so that it stays',
  part: ', so that a part of it stays',
  unsure: ': these rows are too few to tell whether it stays',
} as const;

/** Share of the difference that is left from which on it is said to stay, and not a part of it. */
const NEARLY_WHOLE = 0.75;

/** What the interval within the levels of the other driver allows to be said of a difference that is not explained. */
function staying({ means, ranks, left }: Within, segment: Segment): keyof typeof STAYS {
  const inside = meansAgree(segment) ? means : ranks;
  const isClear = segment.superiority.value >= 0 ? inside.low > 0 : inside.high < 0;
  if (!isClear) return 'unsure';
  const share = meansAgree(segment) ? left : ranks.value / segment.superiority.value;
  return share < NEARLY_WHOLE ? 'part' : 'whole';
}

export function guardOf(ctx: Context, within: Within, segment: Segment) {
  const same = sameLevel(ctx, within.other, 'other');
  const inside = meansAgree(segment)
    ? `Among rows of ${same.text} the difference of means is {within} (from {within_low} to {within_high})`
    : `Among rows of ${same.text} {ranks_left} of the difference in rank is left`;
  const levels = '{reversed_strata} of {strata}';
  return {
    same,
    holds: `${inside}${STAYS[staying(within, segment)]}.`,
    entangled: `${inside}: the two go together, and this one explains more.`,
    explained: `${inside}: most of it goes with ${sameLevel(ctx, within.other, 'other').text.replace('the same ', '')}.`,
    reversed:
      `Among rows of ${same.text} it is the other way round: there the difference of means is {within} ` +
      `(from {within_low} to {within_high}), with the opposite sign in ${levels} levels. ` +
      'Over all rows, the levels are mixed differently, and that alone gives the following.',
  };
}
