import {
  type ItemInput,
  jobActionability,
  MOST_HOPEFUL_P,
  NOT_ADJUSTABLE,
  nearMissTable,
  type QueryHandle,
  secondsText,
  smallestEffect,
  threshold,
} from '../../src/sdk/index.ts';
import { DRAWS, FEWEST_DAYS, type JudgedCap, judgeCaps, LEVEL } from './judge-caps.ts';
import { readOwnCaps } from './own-caps.ts';
import { percentOf, type Study } from './whole-log.ts';

const MOST_ITEMS = 10;
const SMALLEST = {
  setting: 'smallest_at_own_cap_percent',
  unit: '% of the wait beside a free slot',
  byDefault: 90,
  compared: 'above',
} as const;

/** Jobs that waited although a slot was free, while as many of their own runs were under way as ever are. */
export async function reportJobCaps(study: Study): Promise<void> {
  const { ctx } = study;
  const caps = await readOwnCaps(study);
  const waited = [...caps.rows.keys()].filter((row) => caps.text(row, 'part') === 'waited');
  if (waited.length === 0)
    return ctx.note('No job waits for long while a slot is free: no limit of a single job shows.');
  const judged = judgeCaps(study, caps);
  const capped = judged
    .filter((job) => reasonAgainst(study, caps, job) === undefined)
    .sort((a, b) => Number(freeOf(caps, b) - freeOf(caps, a)));
  await writeNearMisses(study, caps, judged);
  const [most] = capped;
  if (most === undefined) {
    return ctx.note(
      judged.length < waited.length
        ? `Jobs wait while a slot is free, and none is shown to wait for its own runs; for some of them that can't be told, from starts on fewer than ${FEWEST_DAYS} days.`
        : 'No job that waits while a slot is free is shown to wait for its own runs: no limit of a single job shows.',
    );
  }
  const items = capped.slice(0, MOST_ITEMS).map((job) => itemOf(study, caps, job));
  const [first] = items as [ItemInput, ...ItemInput[]];
  const counts = ctx.derivation({ method: 'count', values: { jobs: capped.length }, inputs: [caps] });
  ctx.finding({
    ...first,
    kind: 'job_cap',
    title:
      capped.length === 1
        ? first.title
        : 'Jobs that wait for their own runs while a slot is free: {jobs}, most of all {name}',
    statement: `${first.statement} A further server would not shorten such a wait.${isAdjustable(caps, most) ? '' : ` ${NOT_ADJUSTABLE}`}`,
    fields: { ...first.fields, jobs: counts.value('jobs') },
    target: {},
    how: 'tested',
    severity: 'notice',
    ranking: { effect: 0.5, reach: 0.3, actionability: jobActionability(isAdjustable(caps, most)) },
    items,
    limitations: ['A cap is inferred from how the job ran; the log does not name it.'],
  });
}

function freeOf(caps: QueryHandle, { row }: JudgedCap): bigint {
  return caps.bigint(row, 'free_us') ?? 0n;
}

function isAdjustable(caps: QueryHandle, { row }: JudgedCap): boolean {
  return caps.text(row, 'adjustable') !== 'false';
}

/** Of its wait beside a free slot, in per cent, that which passed at the job's own cap. */
function atCapPercent(caps: QueryHandle, job: JudgedCap): number {
  return percentOf(caps.bigint(job.row, 'cap_us') ?? 0n, freeOf(caps, job)) ?? 0;
}

/** What a job lacks for its limit to be told. */
function reasonAgainst({ ctx }: Study, caps: QueryHandle, job: JudgedCap): string | undefined {
  if (!job.isLimit) return 'more of its runs are under way, for long';
  if (!smallestEffect(SMALLEST, ctx.settings).reaches(atCapPercent(caps, job)))
    return 'too much of the wait passes while fewer of its runs are under way';
  if (job.p_value > MOST_HOPEFUL_P) return 'its runs start beside each other as chance has it';
  return undefined;
}

async function writeNearMisses(study: Study, caps: QueryHandle, judged: readonly JudgedCap[]): Promise<void> {
  const smallest = smallestEffect(SMALLEST, study.ctx.settings);
  await study.ctx.artifact(
    nearMissTable(
      judged.map((job) => ({
        hypothesis: `runs of ${job.name} that waited beside a free slot start regardless of how many of its own are under way`,
        n: caps.number(job.row, 'starts') ?? 0,
        estimate: atCapPercent(caps, job),
        unit: smallest.unit,
        smallest_effect: smallest.value,
        p_value: job.p_value,
        test: job.test,
        reason: reasonAgainst(study, caps, job) ?? 'reported if the ledger keeps it',
      })),
      study.ctx.coverage,
    ),
  );
}

function itemOf({ ctx, whole }: Study, caps: QueryHandle, job: JudgedCap): ItemInput {
  const { low, high } = job.spared.interval(LEVEL);
  const points = (share: number | null) => (share === null ? null : 100 * share);
  const sums = ctx.derivation({
    method:
      'sweep line over [start, end): waits of the job beside a free slot by its own runs under way; starts against the share of the wait before them at the cap, signs of days turned, largest of all jobs; interval by leaving out days (jackknife)',
    parameters: { job: job.name, level: LEVEL, draws: DRAWS, seed: ctx.seed },
    values: {
      free_s: secondsText(freeOf(caps, job)),
      own_percent: atCapPercent(caps, job),
      by_chance: Math.round(10 * job.byChance) / 10,
      spared: points(job.spared.estimate),
      low: points(low),
      high: points(high),
      first: points(job.halves[0]),
      second: points(job.halves[1]),
    },
    inputs: [caps, whole.handle],
  });
  const unit = 'percentage points';
  return {
    title: '{name} never runs more than {cap} at once, and waits for that while a slot is free',
    statement:
      '{blocked_runs} runs of {name} waited for longer than {threshold_s} while a slot was free (fewer than {slots} runs under way), {free_s} in all. ' +
      'For {own_percent} of that {cap} of its own were under way, as many as it ever has for long. If its runs started regardless of that, about {by_chance} of the starts would ' +
      'have found so many still under way; {beside} did, {spared} less ({low} to {high}).',
    fields: {
      name: caps.cell(job.row, 'name'),
      ...threshold,
      blocked_runs: caps.cell(job.row, 'starts'),
      beside: caps.cell(job.row, 'beside'),
      cap: caps.cell(job.row, 'cap'),
      slots: whole.handle.cell(whole.slotsRow, 'running'),
      waited_runs: caps.cell(job.row, 'waited_runs'),
      free_s: { from: sums.value('free_s'), unit: 's' },
      own_percent: { from: sums.value('own_percent'), unit: '%' },
      by_chance: sums.value('by_chance'),
      ...Object.fromEntries(
        ['spared', 'low', 'high', 'first', 'second'].map((name) => [name, { from: sums.value(name), unit }]),
      ),
    },
    estimate: {
      name: 'starts_spared',
      field: 'spared',
      interval: { low: 'low', high: 'high', level: LEVEL },
    },
    test: job.test,
    replication: { by: 'time', holds: job.replication, first: 'first', second: 'second' },
  };
}
