import { ACTIONABILITY, CASE_WORDS, fieldsOf, type ItemInput } from '../../src/sdk/index.ts';
import type { Counts } from './counts.ts';
import type { Study } from './totals.ts';

const MOST_ITEMS = 5;
/** How what only describes a log ranks: below all that names what to change; `reach` is the share of the rows. */
export function descriptionRanking(reach: number) {
  return { effect: 0.1, reach: Math.min(1, reach), actionability: ACTIONABILITY.other };
}

/** How many orders of steps there are, and how much the most frequent ones cover. */
export async function reportVariants(
  { ctx, steps }: Study,
  { totals, variants, edges }: Counts,
  charts: string[],
): Promise<void> {
  const words = CASE_WORDS[steps.kind];
  const one = variants.number(0, 'variants') === 1;
  const shared = (variants.number(0, 'cases') ?? 0) > 1;
  const most = Math.min(MOST_ITEMS, variants.rows.length);
  ctx.finding({
    kind: 'process_variants',
    title: one
      ? `All {cases} ${words.cases} take the same steps in the same order`
      : shared
        ? `{variants} orders of steps in {cases} ${words.cases}: the most frequent is that of {top_cases} of them ({top_percent})`
        : `No two of the {cases} ${words.cases} take the same steps in the same order`,
    statement:
      `{events} ${words.steps} of {activities} activities in {cases} ${words.cases}, from {first_at} to {last_at}. ` +
      (shared
        ? `The order of steps that most ${words.cases} share has {top_steps} ${words.steps}: {top_activities}. `
        : '') +
      (one || !shared
        ? ''
        : `The {shown_variants} most frequent orders cover {shown_percent} of the ${words.cases}. `) +
      (edges.rows.length === 0 ? '' : 'One step directly follows another in {edges} different pairs.'),
    fields: {
      ...fieldsOf(totals, 0, ['events', 'cases', 'activities', 'first_at', 'last_at']),
      variants: variants.cell(0, 'variants'),
      top_cases: variants.cell(0, 'cases'),
      top_percent: { from: variants.cell(0, 'cases_percent'), unit: '%' },
      top_steps: variants.cell(0, 'steps'),
      top_activities: variants.cell(0, 'activities'),
      shown_variants: variants.cell(most - 1, 'variant'),
      shown_percent: { from: variants.cell(most - 1, 'cases_up_to_percent'), unit: '%' },
      ...(edges.rows.length > 0 && { edges: edges.cell(0, 'edges') }),
    },
    estimate: { name: 'variants', field: 'variants' },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: descriptionRanking((totals.number(0, 'events') ?? 0) / ctx.rowCount),
    items:
      one || !shared
        ? []
        : Array.from({ length: most }, (_, row) => variantItem({ ctx, steps }, variants, row)),
    charts,
  });
}

function variantItem({ steps }: Study, variants: Counts['variants'], row: number): ItemInput {
  const { cases, steps: many } = CASE_WORDS[steps.kind];
  return {
    title: `{cases} ${cases} ({cases_percent}): {activities}`,
    statement: `{cases} ${cases} ({cases_percent}) take these {steps} ${many}; half of them take {median_s} or less from the first to the last: {activities}.`,
    fields: fieldsOf(variants, row, ['cases', 'cases_percent', 'steps', 'median_s', 'activities']),
  };
}

/** Steps that some cases take more than once, and others not. */
export function reportRepeats({ ctx, steps }: Study, { totals, activities }: Counts): void {
  const { cases } = CASE_WORDS[steps.kind];
  const repeating = activities.rows
    .map((_, row) => row)
    .filter((row) => (activities.number(row, 'repeats') ?? 0) > 0)
    .filter((row) => activities.text(row, 'repeating_cases') !== activities.text(row, 'cases'))
    .sort((a, b) => (activities.number(b, 'repeats') ?? 0) - (activities.number(a, 'repeats') ?? 0) || a - b);
  const [top] = repeating;
  if (top === undefined) {
    ctx.note(`No step is taken more than once by some ${cases} that have it, and once by others.`);
    return;
  }
  const columns = ['activity', 'cases', 'repeating_cases', 'repeating_percent', 'repeats', 'most_times'];
  const statement = `{activity} happens more than once in {repeating_cases} of the {cases} ${cases} that have it ({repeating_percent}), at most {most_times} times in one; beyond the first time that is {repeats} times.`;
  ctx.finding({
    kind: 'repeated_steps',
    title: `{activity} is repeated in {repeating_cases} of the {cases} ${cases} that have it`,
    statement,
    fields: { ...fieldsOf(activities, top, columns), all_cases: totals.cell(0, 'cases') },
    estimate: { name: 'repeats', field: 'repeats' },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: descriptionRanking((activities.number(top, 'repeats') ?? 0) / ctx.rowCount),
    items: repeating.slice(1, 1 + MOST_ITEMS).map((row) => ({
      title: `{activity}: repeated in {repeating_cases} of {cases} ${cases}`,
      statement,
      fields: fieldsOf(activities, row, columns),
    })),
    limitations: ['A step that is repeated on purpose looks like one that had to be done again.'],
  });
}
