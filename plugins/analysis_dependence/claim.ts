import {
  type DerivationHandle,
  type EvidenceHandle,
  type FieldInput,
  type FindingInput,
  GENERATOR,
  namedColumn,
  replicates,
} from '../../src/sdk/index.ts';
import { type Association, strengthOf } from './association.ts';
import type { Study } from './study.ts';
import type { Directness, Verdict } from './through.ts';

/** An association that is reported: its test's label, and whether it is direct. */
export interface Reported {
  readonly study: Study;
  readonly one: Association;
  readonly test: string;
  readonly directness: Directness;
  readonly charts: readonly string[];
}

/** Fields, a sentence and the rank that findings of all kinds share. */
export interface Claim {
  readonly values: DerivationHandle;
  readonly fields: Readonly<Record<string, FieldInput>>;
  /** What is said, and how it holds when other columns are held; that comes first where it turns round. */
  statement(said: string): string;
  readonly shared: Pick<
    FindingInput,
    'how' | 'severity' | 'ranking' | 'replication' | 'limitations' | 'test'
  >;
}

/** What effects are called, and how they are shown. */
interface Wording {
  readonly effect: string;
  readonly given: (through: string) => string;
  /** Effects are shown as per cent. */
  readonly isShare: boolean;
}

const WORDING: Readonly<Record<Association['kind'], Wording>> = {
  measures: {
    effect: 'the correlation',
    given: (through) => `among rows alike in ${through} the correlation is {given}`,
    isShare: false,
  },
  groups: {
    effect: 'the difference',
    given: (through) => `among rows alike in ${through} the levels explain {given}`,
    isShare: true,
  },
  categories: {
    effect: 'the association',
    given: (through) => `within the levels of ${through} Cramér's V is {given}`,
    isShare: false,
  },
};

/** Everything about an association that does not depend on its kind. */
export function claimOf(reported: Reported, inputs: readonly EvidenceHandle[], method: string): Claim {
  const { study, one, directness, test } = reported;
  const wording = WORDING[one.kind];
  const shown = (value: number | null | undefined) =>
    value === undefined || value === null ? null : wording.isShare ? value * 100 : value;
  const values = study.ctx.derivation({
    method,
    parameters: {
      columns: [one.a.sqlName, one.b.sqlName],
      yardstick: one.yardstick,
      ...(one.yardstick === 'permutations' && {
        most_permutations: study.settings.permutations,
        generator: GENERATOR,
        seed: study.ctx.seed,
      }),
    },
    values: {
      effect: shown(one.effect),
      low: shown(one.interval.low),
      high: shown(one.interval.high),
      level: one.interval.level * 100,
      rows: one.n,
      effective_rows: Math.max(1, Math.round(one.n / one.designEffect.mean)),
      given: shown(directness.given),
      given_all: shown(directness.givenAll),
      first_half: shown(one.first.estimate),
      second_half: shown(one.second.estimate),
    },
    inputs,
  });
  const unit = wording.isShare ? '%' : undefined;
  const field = (name: string, own = unit): FieldInput =>
    own === undefined ? values.value(name) : { from: values.value(name), unit: own };
  const through = directness.through && namedColumn('through', directness.through);
  const holds = replicates(one.effect ?? 0, one.first, one.second);
  return {
    values,
    fields: {
      effect: field('effect'),
      low: field('low'),
      high: field('high'),
      level: field('level', '%'),
      rows: field('rows', 'rows'),
      ...(isAlikeInOrder(one) && { effective_rows: field('effective_rows', 'rows') }),
      first_half: field('first_half'),
      second_half: field('second_half'),
      ...(directness.given !== undefined && { given: field('given') }),
      ...(directness.givenAll !== undefined && { given_all: field('given_all') }),
      ...through?.fields,
    },
    statement: (said) => {
      const directly = directSentence(directness, wording, through?.text ?? '');
      const all =
        directness.verdict === 'reversed' ? `${directly} Over all rows: ${said}` : `${said} ${directly}`;
      return isAlikeInOrder(one)
        ? `${all} Rows that follow each other are alike: they count as about {effective_rows}.`
        : all;
    },
    shared: {
      test,
      how: 'tested',
      severity: strengthOf(one) >= NOTABLE && directness.verdict !== 'indirect' ? 'notice' : 'info',
      ranking: {
        effect: Math.min(1, ownStrength(one, directness)),
        reach: Math.min(1, one.n / Math.max(1, study.subject.rows)),
        actionability: ACTIONABILITY[directness.verdict] * (one.kind === 'categories' ? OF_CATEGORIES : 1),
      },
      replication: { by: study.subject.halves.by, holds, first: 'first_half', second: 'second_half' },
      limitations: limitationsOf(reported),
    },
  };
}

/** Design effect from which a reader is told. */
const TOLD_DESIGN_EFFECT = 2;

function isAlikeInOrder({ designEffect }: Association): boolean {
  return designEffect.mean >= TOLD_DESIGN_EFFECT;
}

/** From this strength on an association is more than a detail. */
const NOTABLE = 0.3;

/** What counts for the rank: of an association that goes through another column, what is left without that column. */
function ownStrength(one: Association, { verdict, given, givenAll }: Directness): number {
  const left = given ?? givenAll;
  return verdict === 'indirect' && left !== undefined
    ? strengthOf({ kind: one.kind, effect: left })
    : strengthOf(one);
}

/**
 * That columns go together tells where to look, not what to change, so it ranks behind what can be acted on. What is
 * the same or goes through another column says little that is new; what turns round keeps somebody from a mistake.
 */
const ACTIONABILITY: Readonly<Record<Verdict, number>> = {
  direct: 0.15,
  weaker: 0.1,
  reversed: 0.5,
  indirect: 0.05,
  same: 0.03,
};

/** Two categories that go together are mostly how the data are organised. */
const OF_CATEGORIES = 0.5;

/** `, through X` of what is indirect. */
export function throughOf({ verdict, through }: Directness): string {
  return verdict === 'indirect' && through ? `, through ${namedColumn('through', through).text}` : '';
}

/** `turns round among rows alike in X`; undefined where it doesn't. */
export function turnsRound({ verdict, through }: Directness): string | undefined {
  return verdict === 'reversed' && through
    ? `turns round among rows alike in ${namedColumn('through', through).text}`
    : undefined;
}

function directSentence(
  { verdict, given, givenAll, tried }: Directness,
  wording: Wording,
  through: string,
): string {
  const all = givenAll === undefined ? '' : '; given all the other measures it is {given_all}';
  switch (verdict) {
    case 'same':
      return 'The two say nearly the same.';
    case 'indirect':
      return through === '' || given === undefined
        ? `It is indirect: given all the other measures together, ${wording.effect} is {given_all}.`
        : `It is indirect, through ${through}: ${wording.given(through)}.`;
    case 'reversed':
      return `Over all rows this is one way, and among rows alike in ${through} the other: ${wording.given(through)}, the other way round.`;
    case 'weaker':
      return `A part of it goes through ${through}: ${wording.given(through)}${all}.`;
    case 'direct':
      if (tried === 0 || given === undefined) {
        return `It is direct as far as this table shows: no other column goes with both${all}.`;
      }
      return `It is direct as far as this table shows: even ${wording.given(through)}${all}.`;
  }
}

function limitationsOf({ study, one }: Reported): string[] {
  return [
    'It says that the columns go together, not that one causes the other.',
    ...(study.scores.simplified && one.kind !== 'categories'
      ? ['Where another column has gaps, ranks are those among all values of a column.']
      : []),
    ...(one.yardstick === 'pooled_levels' ? ['For the test, the rarest levels count as one.'] : []),
    ...(isAlikeInOrder(one)
      ? ['Rows that follow each other are alike. The test allows for it; the interval and the halves do not.']
      : []),
    ...(one.yardstick === 'fisher_exact'
      ? ["The test is Fisher's, of rows away from the commonest value in both columns."]
      : []),
  ];
}
