import {
  type Context,
  columnPhrase,
  isSourceColumn,
  MOST_HOPEFUL_P,
  plainColumnName,
  replicates,
  unitOf,
} from '../../src/sdk/index.ts';
import type { Crossing } from './crossings.ts';
import { type Interaction, strongestInteraction } from './pairs.ts';
import type { Driver } from './screen.ts';
import { LEVEL } from './segments.ts';
import type { Settings } from './settings.ts';
import type { Group, Shown } from './shown.ts';
import { capital, rowsWith } from './words.ts';

export const PAIRS = 'pairs of key drivers';

/** The strongest interaction of two categories, with its label in the ledger. */
export interface TestedPair {
  readonly interaction: Interaction;
  readonly test: string;
}

/**
 * Tests each pair of categories that was crossed for an interaction. A pair is looked at because both differ, and one
 * cell can be what makes them differ: so it is never surer than either of them.
 */
export function testPairs(
  ctx: Context,
  crossings: readonly Crossing[],
  drivers: readonly Driver[],
  settings: Settings,
): TestedPair[] {
  return crossings.flatMap((crossing) => {
    const both = drivers
      .filter(({ tally }) => tally.measure === crossing.measure)
      .filter(({ tally }) => tally.factor === crossing.first || tally.factor === crossing.second)
      .map(({ omnibus }) => omnibus);
    const designEffect = Math.max(1, ...both.map((one) => one.designEffect));
    const found = strongestInteraction(crossing, settings.minRows, designEffect);
    if (found === undefined) return [];
    const p_value = Math.max(found.p_value, ...both.map((one) => one.p_value));
    const test = ctx.test({
      family: PAIRS,
      hypothesis: `${nameOfCrossing(ctx, crossing)}: no pair of levels departs from the sum of both effects`,
      statistic: { name: 'largest Welch t of an interaction', value: found.statistic },
      p_value,
      n: found.n,
    });
    return [{ interaction: { ...found, p_value }, test }];
  });
}

export function nameOfCrossing(ctx: Context, { measure, first, second }: Crossing): string {
  const name = (column: string) => plainColumnName(ctx, column);
  return `${name(measure.measure.sqlName)} by ${name(first.column)} and ${name(second.column)}`;
}

export function isHopefulPair({ interaction }: TestedPair, settings: Settings): boolean {
  return (
    interaction.p_value <= MOST_HOPEFUL_P && settings.smallestInteraction.reaches(interaction.ranks.value)
  );
}

/** The group of rows that an interaction is about. */
export function groupOf({ crossing, firstCode, secondCode }: Interaction): Group {
  return [
    { factor: crossing.first, code: firstCode },
    { factor: crossing.second, code: secondCode },
  ].flatMap(({ factor, code }) => {
    const level = factor.levels.find((candidate) => candidate.code === code);
    return level === undefined ? [] : [{ factor, level }];
  });
}

export function reportPair(
  ctx: Context,
  { interaction, test }: TestedPair,
  group: Group,
  shown: Shown,
): void {
  const { crossing, means, ranks } = interaction;
  const { measure } = crossing.measure;
  const [one, two] = group.map(({ factor, level }, i) => rowsWith(ctx, factor, level, i === 0 ? '' : '_two'));
  if (one === undefined || two === undefined) return;
  const name = columnPhrase(ctx, measure.sqlName, 'measure');
  const who = `${one.text} and ${two.text.replace('rows with ', '')}`;
  const fields = shown.fieldsOf(group);
  const numbers = ctx.derivation({
    method:
      'interaction contrast of one pair of levels by weighted least squares on cell means, own variances',
    parameters: { pairs_of_levels: interaction.cells, classes: crossing.measure.classes.cuts.length },
    values: {
      beyond: means.value,
      beyond_size: Math.abs(means.value),
      beyond_low: means.low,
      beyond_high: means.high,
      beyond_points: 100 * ranks.value,
      pairs_of_levels: interaction.cells,
      interval_level: 100 * LEVEL,
      beyond_first_half: interaction.halves[0].estimate,
      beyond_second_half: interaction.halves[1].estimate,
    },
    inputs: [...shown.handlesOf(group), crossing.measure.classes.handle, crossing.first.handle],
  });
  const inUnit = (value: string) => ({ from: numbers.value(value), ...unitOf(measure) });
  ctx.finding({
    kind: 'segment_interaction',
    title: `${capital(who)}: mean ${name.text} is {beyond_size} ${means.value > 0 ? 'above' : 'below'} what both give alone`,
    statement:
      `${capital(who)} ({level_rows} of {rows}) have a mean ${name.text} of {mean}. ` +
      `That is {beyond_size} ${means.value > 0 ? 'more' : 'less'} than the effects of both columns add up to ` +
      '({interval_level} interval of the departure from {beyond_low} to {beyond_high}). ' +
      'It is the strongest departure among {pairs_of_levels} of levels, and shows in the ranks too ({beyond_points}).',
    fields: {
      ...name.fields,
      ...one.fields,
      ...two.fields,
      ...fields,
      beyond: inUnit('beyond'),
      beyond_size: inUnit('beyond_size'),
      beyond_low: inUnit('beyond_low'),
      beyond_high: inUnit('beyond_high'),
      beyond_first_half: inUnit('beyond_first_half'),
      beyond_second_half: inUnit('beyond_second_half'),
      beyond_points: { from: numbers.value('beyond_points'), unit: 'percentage points' },
      pairs_of_levels: { from: numbers.value('pairs_of_levels'), unit: 'pairs' },
      interval_level: { from: numbers.value('interval_level'), unit: '%' },
    },
    estimate: {
      name: 'interaction_of_means',
      field: 'beyond',
      interval: { low: 'beyond_low', high: 'beyond_high', level: LEVEL },
    },
    effect_size: { name: 'interaction_of_ranks_in_points', field: 'beyond_points' },
    test,
    replication: {
      by: crossing.halvedBy,
      holds: replicates(means.value, ...interaction.halves),
      first: 'beyond_first_half',
      second: 'beyond_second_half',
    },
    ...identityOfPair(ctx, crossing),
    how: 'tested',
    severity: 'notice',
    ranking: {
      effect: Math.min(1, 2 * Math.abs(ranks.value)),
      reach: interaction.rows / interaction.n,
      actionability: 0.3,
    },
    limitations: ['Effects that multiply depart from a sum; whether they should add up is not in the table.'],
  });
}

function identityOfPair(ctx: Context, { measure, first, second }: Crossing) {
  const drivers = { columns: [first.column, second.column] };
  const { sqlName } = measure.measure;
  return isSourceColumn(ctx, sqlName)
    ? { target: { measure: { columns: [sqlName] }, drivers } }
    : { target: { drivers }, scope: { measure: sqlName } };
}
