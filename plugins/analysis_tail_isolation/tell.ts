import {
  type FieldInput,
  fieldsOf,
  type ItemInput,
  literal,
  type QueryHandle,
  readLeftOut,
  replicationOf,
  SCREENING_DRAWS,
  type ScreenedHypothesis,
  threshold,
  type WaitStudy,
} from '../../src/sdk/index.ts';
import { type GuardedOwner, TOLD_P } from './guard.ts';
import { smallestRatio } from './screen.ts';
import type { Tail } from './tails.ts';

const LEVEL = 0.95;

/** The owners of a tail that stay owners where others are held fixed, the largest excess first. */
export async function reportTail(
  study: WaitStudy,
  tail: Tail,
  owners: readonly GuardedOwner[],
): Promise<void> {
  const { ctx } = study;
  const byExcess = owners.filter(isClear).toSorted((a, b) => excessOf(b) - excessOf(a));
  const [lead] = byExcess.filter(isTold);
  const told = [...byExcess.filter(isTold), ...byExcess.filter((owner) => !isTold(owner))];
  if (lead === undefined) {
    ctx.note(
      tail.of === 'wait'
        ? 'Nobody has clearly more than a fair share of the longest waits: no job, server, user, hour or parameter.'
        : 'The slowest runs of each job are spread over servers, users, hours and parameters like its runs.',
    );
    return;
  }
  const leftOut = await readLeftOut(ctx, study.log, study.clock);
  const claim = claimOf(study, lead);
  ctx.finding({
    kind: `${tail.of}_tail`,
    ...claim,
    statement: leftOut.sentence === undefined ? claim.statement : `${claim.statement} ${leftOut.sentence}`,
    fields: { ...claim.fields, ...leftOut.fields },
    target: {},
    about: [
      ctx.role('activity') ?? '',
      (tail.of === 'wait' ? study.clock.wait : study.clock.service).replaceAll('"', ''),
    ],
    how: 'tested',
    severity: 'notice',
    ranking: {
      effect: Math.min(1, excessOf(lead) / (tail.handle.number(0, 'tail_runs') ?? 1)),
      reach: tail.of === 'wait' ? 0.1 : 0.05,
      actionability: await actionabilityOf(study, lead),
    },
    rows: await slowestOf(study, lead),
    ...(told.length > 1 && {
      items: told
        .slice(0, Number(ctx.settings['top_owners']))
        .map((owner): ItemInput => claimOf(study, owner)),
    }),
    limitations: [
      'It says whose runs are slow, not what they wait for.',
      'Only what the log has could be held fixed, one at a time.',
    ],
  });
}

/** What was tested, for the table of near misses. */
export function screenedOwners(
  study: WaitStudy,
  tail: Tail,
  owners: readonly GuardedOwner[],
): ScreenedHypothesis[] {
  const smallest = smallestRatio(study);
  return owners.map((owner) => ({
    hypothesis: `tail of ${tail.of}: ${wordsOf(study, owner)} against its share of the runs within ${owner.counts.blocks}`,
    n: owner.excess.rows,
    estimate: Number.isFinite(owner.excess.ratio) ? owner.excess.ratio : null,
    unit: smallest.unit,
    smallest_effect: smallest.value,
    p_value: owner.p_value,
    test: owner.test,
    reason: reasonOf(owner),
  }));
}

function reasonOf(owner: GuardedOwner): string {
  if (!owner.isLarge) return 'the excess is too small';
  if (owner.p_value > TOLD_P) return 'not told apart from chance among all that were looked at';
  if (!isTold(owner)) return `${owner.guard?.verdict} where the ${owner.guard?.other.name} is held fixed`;
  return 'reported if the ledger keeps it';
}

function isClear({ isLarge, p_value }: GuardedOwner): boolean {
  return isLarge && p_value <= TOLD_P;
}

/** An owner whose excess is that of another factor leads no finding: it stands below those that have their own. */
function isTold(owner: GuardedOwner): boolean {
  const { guard } = owner;
  return isClear(owner) && guard?.verdict !== 'explained' && guard?.verdict !== 'reversed';
}

function claimOf(study: WaitStudy, owner: GuardedOwner) {
  const { tail, excess, factor, level, counts, guard } = owner;
  const numbers = numbersOf(study, owner);
  const is = (name: string, unit?: string): FieldInput => ({
    from: numbers.value(name),
    ...(unit !== undefined && { unit }),
  });
  const who = factor.level;
  const tailWords =
    tail.of === 'wait'
      ? 'the {tail_runs} longest waits (longer than those of all but {tail_setting} of the runs, from {shortest_s} on)'
      : 'the {tail_runs} runs that took longer than all but {tail_setting} of the runs of their job';
  const guardSentence = guard === undefined ? undefined : guardWords(owner);
  const name = counts.handle.cell(level.row, 'name');
  return {
    title:
      tail.of === 'wait'
        ? `${upper(who)} has {tail_share} of the longest {tail_setting} of waits, with {run_share} of the runs`
        : `${upper(who)} has {tail_share} of the slowest runs of each job, with {run_share} of the runs`,
    statement: [
      `Of ${tailWords}, {own_tail} are those of ${who}: {tail_share}, with {run_share} of the runs.`,
      `Had they fallen on its runs as on all runs of the same ${counts.blocks}, it would have {expected_share}: it has {ratio} as many ({ratio_low} to {ratio_high}).`,
      ...(guardSentence === undefined ? [] : [guardSentence]),
    ].join(' '),
    fields: {
      name,
      ...(factor.key !== undefined && { key: { column_name: factor.key } }),
      ...fieldsOf(tail.handle, 0, ['tail_runs', ...(tail.of === 'wait' ? ['shortest_s'] : [])]),
      tail_setting: { from: { setting: 'tail_percent' }, unit: '%' },
      ...threshold,
      own_tail: is('own_tail'),
      ...Object.fromEntries(['tail_share', 'run_share', 'expected_share'].map((of) => [of, is(of, '%')])),
      ...Object.fromEntries(
        ['ratio', 'ratio_low', 'ratio_high', 'first_ratio', 'second_ratio'].map((of) => [
          of,
          is(of, 'times'),
        ]),
      ),
      ...(guardSentence !== undefined && guard !== undefined && guardFields(owner, is)),
    } as Record<string, FieldInput>,
    estimate: {
      name: 'runs_in_the_tail_against_expected',
      field: 'ratio',
      interval: { low: 'ratio_low', high: 'ratio_high', level: LEVEL },
    },
    test: owner.test,
    replication: replicationOf(counts, excess),
  };
  function upper(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
  }
}

function guardWords({ guard }: GuardedOwner): string {
  const other = guard?.other.level.replace('{name}', '{other_name}').replace('{key}', '{other_key}') ?? '';
  if (guard?.verdict === 'entangled') {
    return `It can not be told apart from ${other}, which hardly any other runs share with it.`;
  }
  const kind =
    guard?.other.key === undefined
      ? guard?.other.name.replace('activity', 'job').replace('resource', 'server')
      : 'parameter';
  if (!Number.isFinite(guard?.within))
    return `Where the ${kind} is held fixed, no other run is in the tail at all.`;
  const held = `Its rate is {crude} that of all other runs, and {within} where the ${kind} is held fixed`;
  if (guard?.verdict === 'reversed')
    return `${held}: there it is no longer above the others, so that it owns nothing.`;
  if (guard?.verdict === 'explained')
    return `${held}: most of its excess is that of the ${kind}, in which other runs are as slow.`;
  return `${held}; nothing else that was held fixed leaves less.`;
}

function guardFields({ guard }: GuardedOwner, is: (name: string, unit?: string) => FieldInput) {
  if (guard === undefined) return {};
  if (guard.verdict === 'entangled') {
    return {
      other_name: guard.handle.cell(guard.row, 'name'),
      ...(guard.other.key !== undefined && { other_key: { column_name: guard.other.key } }),
    };
  }
  return Number.isFinite(guard.within) ? { crude: is('crude', 'times'), within: is('within', 'times') } : {};
}

function numbersOf({ ctx }: WaitStudy, { tail, excess, factor, counts, guard, level }: GuardedOwner) {
  const { low, high } = excess.interval(LEVEL);
  const [tailRuns, all] = ['tail_runs', 'all_runs'].map((name) => tail.handle.number(0, name) ?? 0);
  const finite = (value: number | undefined) => (Number.isFinite(value) ? (value ?? null) : null);
  return ctx.derivation({
    method:
      'runs of a level in the tail less what its share of the runs of each block would give it; interval with blocks as units; rate ratio within levels of another factor (Mantel–Haenszel)',
    parameters: { factor: factor.name, level: level.name, draws: SCREENING_DRAWS, seed: ctx.seed },
    values: {
      own_tail: excess.marked,
      tail_share: oneDecimal(excess.marked, tailRuns),
      run_share: oneDecimal(excess.rows, all),
      expected_share: oneDecimal(excess.expected, tailRuns),
      ratio: excess.ratio,
      ratio_low: low,
      ratio_high: finite(high),
      first_ratio: finite(excess.halves[0]),
      second_ratio: finite(excess.halves[1]),
      crude: finite(guard?.crude),
      within: finite(guard?.within),
    },
    inputs: [counts.handle, tail.handle, ...(guard === undefined ? [] : [guard.handle])],
  });
}

function oneDecimal(part: number, whole = 1): number {
  return Math.round((1000 * part) / whole) / 10;
}

function excessOf({ excess }: GuardedOwner): number {
  return excess.marked - excess.expected;
}

function wordsOf({ ctx }: WaitStudy, { factor, level }: GuardedOwner): string {
  return factor.key === undefined
    ? `${factor.name} ${level.name}`
    : `parameter ${ctx.column(factor.key).name} = ${level.name}`;
}

/** Nothing is to be done about a job that can't be changed. */
async function actionabilityOf({ ctx, clock }: WaitStudy, { factor, level }: GuardedOwner): Promise<number> {
  if (factor.name !== 'activity') return factor.actionability;
  const found = await ctx.query(
    `SELECT bool_and(${clock.adjustable}) AS adjustable FROM data WHERE ${factor.sql} = ${literal(level.name)}`,
  );
  return found.text(0, 'adjustable') === 'true' ? factor.actionability : 0;
}

/** The slowest runs of an owner, to look at. */
function slowestOf({ ctx, clock }: WaitStudy, { tail, factor, level }: GuardedOwner): Promise<QueryHandle> {
  const measure = tail.of === 'wait' ? clock.wait : clock.service;
  return ctx.query(
    `SELECT _sh_part, _sh_row_number, ${measure} AS slow_us FROM data
WHERE ${tail.inTail} AND ${factor.sql} = ${literal(level.name)}
ORDER BY slow_us DESC, _sh_part, _sh_row_number LIMIT 25`,
  );
}
