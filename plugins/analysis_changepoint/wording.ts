import { capitalized, plainColumnName } from '../../src/sdk/index.ts';
import type { Mixture } from './mixture.ts';
import type { Plan } from './plan.ts';
import type { WithModel } from './screen.ts';
import type { FoundChange } from './series-study.ts';
import type { Summary } from './series-table.ts';

export function titleOf(
  plan: Plan,
  one: WithModel,
  { lead, mixture }: Pick<Told, 'lead' | 'mixture'>,
): string {
  const title = isOfAlikeDays(lead)
    ? `${subjectWithDays(plan, one)}: from {before} to {after} ${placePhrase(plan)}`
    : titleOfSegments(plan, one);
  return mixture?.verdict === 'reverses' ? `${title}, by another mixture of {mixed_by}` : title;
}

function titleOfSegments(plan: Plan, one: WithModel): string {
  const { tested } = one;
  const [subject, adjusted] = [subjectWithDays(plan, one), adjustedFor(one)];
  const place = placePhrase(plan);
  if (hasLevelBelowNothing(one)) return `${subject}${adjusted}: a shift of {shift} ${place}`;
  return tested.model.degree === 0
    ? `${subject}${adjusted}: from {before} to {after} ${place}`
    : `${subject}${adjusted === '' ? '' : `${adjusted},`} left its earlier course ${place}: {after}, where that led to {before}`;
}

function subjectWithDays(plan: Plan, one: WithModel): string {
  return `${subjectOf(plan, one.series.summary)}${daysPhrase(one)}`;
}

/** Whether a change is told by the medians of days that can be compared. */
export function isOfAlikeDays({ alike }: FoundChange): boolean {
  return typeof alike === 'object';
}

const WEEKDAYS = ['Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays', 'Sundays'];
const WORKDAYS = '1 2 3 4 5';

/** ` (Monday to Friday, outside of the close window)`: the days that are looked at; empty where all are. */
function daysPhrase({ series: { weekdays, withoutClose } }: WithModel): string {
  const names = weekdays?.map((day) => WEEKDAYS[day - 1] ?? '') ?? [];
  const days = weekdays?.join(' ') === WORKDAYS ? 'Monday to Friday' : names.join(', ');
  const parts = [days, withoutClose === true ? 'outside of the close window' : ''].filter(
    (one) => one !== '',
  );
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

interface Told {
  readonly lead: FoundChange;
  /** Changes that are claimed. */
  readonly count: number;
  readonly mixture: Mixture | undefined;
}

export function statementOf(plan: Plan, one: WithModel, { lead, count, mixture }: Told): string {
  const sentences = [
    `${subjectOf(plan, one.series.summary)} changed ${placePhrase(plan)}: ${changeSentences(plan, one, lead)}`,
    count > 1 ? 'It is the largest of {changes} changes' : '',
    mixtureSentence(mixture),
    `Looked at: {stretches} ${plan.axis.words}`,
    daysSentence(one),
    isOfAlikeDays(lead) ? '' : patternSentence(plan, one),
  ];
  return `${sentences.filter((sentence) => sentence !== '').join('. ')}.`;
}

export function itemTitle(plan: Plan, one: WithModel, change: FoundChange): string {
  if (isOfAlikeDays(change)) return `${capitalized(placePhrase(plan))}: from {before} to {after}`;
  if (hasLevelBelowNothing(one)) return `${capitalized(placePhrase(plan))}: a shift of {shift}`;
  const { tested } = one;
  const size = tested.model.degree === 0 ? 'from {before} to {after}' : '{after} instead of {before}';
  return `${capitalized(placePhrase(plan))}: ${size}`;
}

export function itemStatement(plan: Plan, one: WithModel, change: FoundChange): string {
  return `${capitalized(changeSentences(plan, one, change))}.`;
}

export function limitationsOf({ axis }: Plan, { series }: WithModel, mixture: Mixture | undefined): string[] {
  const { word } = axis;
  const ofRows = series.summary.kind === 'rows';
  return [
    'It says when a series changed, not why.',
    ...(axis.endsMayBeCut ? [`The first and the last ${word} may be incomplete and are left out.`] : []),
    ofRows
      ? 'Halves of the rows hold the same times, so that a change in their number can’t be checked on halves.'
      : `Halves of alternating rows say whether many rows show a change; what befalls a whole ${word} shows in both. Halves by time can’t repeat a change.`,
    ...(ofRows ? [] : [mixtureLimitation(mixture)]),
    ...(axis.width === undefined ? [] : ['Times with a zone are taken in UTC, others as they stand.']),
  ];
}

/** What a series shows, as a template for the start of a sentence. */
function subjectOf({ ctx, axis }: Plan, summary: Summary): string {
  const of = summary.within === undefined ? '' : ' of {activity}';
  if (summary.kind === 'rows')
    return `${ctx.coverage.kind === 'FULL' ? 'Rows' : 'Drawn rows'}${of} per ${axis.word}`;
  const measure = summary.measure.derived ? plainColumnName(ctx, summary.measure.sqlName) : '{column}';
  if (summary.kind === 'share')
    return `Share of rows${of} per ${axis.word} with ${measure} above {threshold}`;
  return axis.word === 'row' ? measure : `Median of ${measure}${of} per ${axis.word}`;
}

/** Where a change lies, as a template. */
function placePhrase({ axis }: Plan): string {
  switch (axis.width) {
    case undefined:
      return 'from row {date} on';
    case 'day':
      return 'on {date}';
    case 'week':
    case 'month':
    case 'quarter':
    case 'year':
      return `in the ${axis.word} that starts on {date}`;
    default:
      return 'at {date}';
  }
}

/** Size, interval and place of a change; without the stop at the end. */
function changeSentences({ axis }: Plan, one: WithModel, change: FoundChange): string {
  const { relative } = change;
  const { series, tested } = one;
  const hasPercent = relative !== undefined && series.summary.kind !== 'share';
  const percent = hasPercent ? '{shift_percent}, that is ' : '';
  const size = `a shift of ${percent}{shift} ({confidence} interval {shift_low} to {shift_high}), or {shift_spreads} times the spread within the segments`;
  const sides = `{stretches_before} ${axis.words} before it and {stretches_after} after it`;
  const lies = `The change lies between {earliest} and {latest}; ${isOfAlikeDays(change) ? 'its segments are' : 'compared are'} ${sides}`;
  if (isOfAlikeDays(change)) {
    const alike = axis.width === 'hour' ? 'hours of the week' : 'days of the month';
    const days = `median of {before} on {days_before} ${axis.words} before and of {after} on {days_after} ${axis.words} after, of the same ${alike}`;
    return `a ${days}. Over the whole segments it is ${size}${adjustedFor(one)}. ${lies}`;
  }
  if (hasLevelBelowNothing(one)) return `${size}${adjustedFor(one)}. ${lies}`;
  if (tested.model.degree === 0)
    return `about {before} before and {after} after${adjustedFor(one)}, ${size}. ${lies}`;
  return (
    `about {after} where the earlier course led to {before}${adjustedFor(one)}, ${size}, on average over as many ${axis.words} as the shorter of the two segments has. ` +
    `From ${axis.word} to ${axis.word} it moved by {slope_before} before and by {slope_after} after. ${lies}`
  );
}

/** Which days of a process log are left out, and why. */
function daysSentence({ series: { weekdays, withoutClose } }: WithModel): string {
  const close =
    'days of the close (by the setting close window, day {first_day} to day {last_day} of the month), for in this series they differ from the others';
  const parts = [
    withoutClose === true ? close : '',
    weekdays === undefined ? '' : 'days of the week on which there are few runs or none',
  ].filter((one) => one !== '');
  return parts.length === 0 ? '' : `Left out are ${parts.join('; and ')}`;
}

/** What becomes of a change within the levels of a category; empty where it stays or nothing is known. */
function mixtureSentence(mixture: Mixture | undefined): string {
  if (mixture === undefined || mixture.verdict === 'stays') return '';
  const shares =
    'the share of rows above the median of both segments moves by {crude_points} among all rows, and by {within_points} within those levels';
  return mixture.verdict === 'reverses'
    ? `But within the levels of {mixed_by} it goes the other way, for other kinds of rows came in: ${shares}`
    : `Most of it is another mixture of {mixed_by}: ${shares}`;
}

function mixtureLimitation(mixture: Mixture | undefined): string {
  if (mixture === undefined)
    return 'A level also changes when the mixture of rows does; no category was there to compare within.';
  return mixture.verdict === 'stays'
    ? 'Within the levels of every category that could be compared, the change stays.'
    : 'Read it within the levels of the category that is named, not as a change of all rows.';
}

/**
 * Whether a level of the adjusted series lies below zero, where the series itself has nothing below: no wait was ever
 * that long. Then its shift alone is told.
 */
function hasLevelBelowNothing({ series, tested }: WithModel): boolean {
  return (
    tested.changes.some(({ before, after }) => Math.min(before, after) < 0) &&
    series.values.every((value) => value >= 0)
  );
}

/** `, adjusted for the day of the week`: levels of a series whose usual pattern was taken off; empty where none was. */
function adjustedFor({ adjusted }: WithModel): string {
  const names = adjusted.removed.map(({ cycle }) => `the ${cycle.name}`);
  return names.length === 0 ? '' : `, adjusted for ${names.join(' and ')}`;
}

/** What that means for the levels that are told. */
function patternSentence({ axis }: Plan, { adjusted }: WithModel): string {
  const names = adjusted.removed.map(({ cycle }) => cycle.name);
  if (names.length === 0) return '';
  return (
    `Their usual pattern by ${names.join(' and by ')} was taken off first: the levels are those of the adjusted series, ` +
    `which single ${axis.words} need not show`
  );
}
