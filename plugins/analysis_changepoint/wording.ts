import type { Plan } from './plan.ts';
import type { Screened } from './screen.ts';
import type { TestedModel } from './series-study.ts';
import type { Summary } from './series-table.ts';

/** What a series shows, as a template for the start of a sentence. */
export function subjectOf({ axis }: Plan, summary: Summary): string {
  if (summary.kind === 'rows') return `Rows per ${axis.word}`;
  const measure = summary.measure.derived ? derivedWords(summary.measure.sqlName) : '{column}';
  if (summary.kind === 'share') return `Share of rows per ${axis.word} with ${measure} above {threshold}`;
  return axis.word === 'row' ? measure : `Median of ${measure} per ${axis.word}`;
}

/** A measure that the view of the table derives, `eligible_wait_s` or `service_s`, without its unit. */
function derivedWords(sqlName: string): string {
  const words = sqlName.replace(/_s_*$/, '').replaceAll('_', ' ');
  return words === 'service' ? 'service time' : words;
}

/** Where a change lies, as a template. */
export function placePhrase({ axis }: Plan): string {
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

export function titleOf(plan: Plan, summary: Summary, tested: TestedModel): string {
  const subject = subjectOf(plan, summary);
  return tested.model.degree === 0
    ? `${subject}: from {before} to {after} ${placePhrase(plan)}`
    : `${subject} left its earlier course ${placePhrase(plan)}: {after}, where that led to {before}`;
}

/** One change in sentences; `hasPercent` where a share of the level before makes sense. */
export function changeSentences(plan: Plan, tested: TestedModel, hasPercent: boolean): string {
  const { axis } = plan;
  const size = `${hasPercent ? '{shift_percent}, that is ' : ''}{shift}`;
  const interval = '({confidence} interval {shift_low} to {shift_high})';
  const spreads = '{shift_spreads} times the spread within the segments';
  const lies = `The change lies between {earliest} and {latest}; {stretches_before} ${axis.words} before it and {stretches_after} after it belong to the segments compared.`;
  if (tested.model.degree === 0) {
    return `About {before} before and {after} after the change: ${size} ${interval}, or ${spreads}. ${lies}`;
  }
  return (
    `About {after} after the change, where the earlier course led to {before}, on average over as many ${axis.words} as the shorter of both segments has: ` +
    `${size} ${interval}, or ${spreads}. From ${axis.word} to ${axis.word} it moved by {slope_before} before and by {slope_after} after. ${lies}`
  );
}

/** What was taken off before, in one sentence; empty where nothing was. */
export function patternSentence({ adjusted }: Screened): string {
  const names = adjusted.removed.map(({ cycle }) => cycle.name);
  if (names.length === 0) return '';
  return ` The usual pattern by ${names.join(' and by ')} was taken off first.`;
}
