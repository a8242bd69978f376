import {
  ACTIONABILITY,
  type ItemInput,
  type QueryHandle,
  readLevels,
  secondsText,
  threshold,
} from '../../src/sdk/index.ts';
import { isLimit, percentOf, type Slots, type Study, slotsOf } from './whole-log.ts';

/** A job waits for its own runs if it waited for so much of the time beside a free slot while at its own limit. */
const LEAST_AT_OWN_CAP = 0.9;
const MOST_ITEMS = 10;

interface Candidate {
  readonly name: string;
  readonly row: number;
  /** Waited beside a free slot, by runs that did so for longer than the threshold. */
  readonly freeUs: bigint;
}

/** Jobs that waited although a slot was free, and while as many of their own runs were under way as ever are. */
export async function reportJobCaps(study: Study): Promise<void> {
  const candidates = waitingBesideFreeSlots(study);
  const levels =
    candidates.length === 0
      ? undefined
      : await readLevels(
          study.ctx,
          study.occupancy,
          'activity',
          candidates.map(({ name }) => name),
        );
  const capped = candidates.flatMap((candidate) => {
    const slots = levels && ownSlots(levels, candidate);
    return slots === undefined ? [] : [{ ...candidate, slots }];
  });
  const [first, ...others] = levels === undefined ? [] : capped.map((c) => itemOf(study, levels, c, c.slots));
  if (first === undefined || levels === undefined) {
    return study.ctx.note(
      'No job waits for its own runs alone while a slot is free: no limit of a single job shows.',
    );
  }
  const counts = study.ctx.derivation({ method: 'count', values: { jobs: capped.length }, inputs: [levels] });
  study.ctx.finding({
    kind: 'job_cap',
    title:
      others.length === 0
        ? `{name} ${CAPPED}`
        : `Jobs that wait for their own runs while a slot is free: {jobs}, most of all {name}`,
    statement: `${first.statement} A further server would not shorten such a wait.`,
    fields: { ...first.fields, jobs: counts.value('jobs') },
    estimate: { name: 'wait_beside_a_free_slot', field: 'free_s' },
    target: {},
    how: 'exact_count',
    severity: 'notice',
    ranking: { effect: 0.5, reach: 0.3, actionability: ACTIONABILITY.job },
    items: [first, ...others].slice(0, MOST_ITEMS),
    limitations: ['A cap is inferred from how the job ran; the log does not name it.'],
  });
}

const CAPPED = 'never runs more than {cap} at once, and waits for that while a slot is free';

/** Jobs with enough runs that waited for longer than the threshold while a slot was free. */
function waitingBesideFreeSlots({ ctx, whole }: Study): Candidate[] {
  const { handle } = whole;
  const fewest = Number(ctx.settings['fewest_capped_runs']);
  return whole.jobs
    .filter((row) => (handle.number(row, 'running') ?? 0) >= fewest)
    .map((row) => ({
      name: handle.text(row, 'name') ?? '',
      row,
      freeUs: handle.bigint(row, 'lasting_us') ?? 0n,
    }))
    .sort((a, b) => Number(b.freeUs - a.freeUs));
}

/** The job's own cap; undefined where it waits below it, or passes it. */
function ownSlots(levels: QueryHandle, { name, freeUs }: Candidate): Slots | undefined {
  const own = [...levels.rows.keys()].filter((row) => levels.text(row, 'name') === name);
  const slots = slotsOf(
    own.map((row) => ({
      running: levels.number(row, 'running') ?? 0,
      lastingUs: levels.bigint(row, 'lasting_us') ?? 0n,
      waitingUs: levels.bigint(row, 'waiting_us') ?? 0n,
      row,
    })),
  );
  if (slots === undefined || !isLimit(slots)) return undefined;
  return Number(slots.waitingAtUs) >= LEAST_AT_OWN_CAP * Number(freeUs) ? slots : undefined;
}

function itemOf(
  { ctx, whole }: Study,
  levels: QueryHandle,
  { name, row, freeUs }: Candidate,
  slots: Slots,
): ItemInput {
  const { handle } = whole;
  const sums = ctx.derivation({
    method: 'over-threshold wait by number of runs of the job under way (sweep line)',
    parameters: { job: name },
    values: {
      cap: slots.running,
      wait_s: secondsText(slots.waitingUs),
      free_s: secondsText(freeUs),
      own_percent: percentOf(slots.waitingAtUs, slots.waitingUs),
    },
    inputs: [levels, handle],
  });
  return {
    title: `{name} ${CAPPED}`,
    statement:
      '{blocked_runs} runs of {name} waited for longer than {threshold_s} while a slot was free, {free_s} in all. {cap} at once is the most that ' +
      'it ever has for long, and {own_percent} of all its over-threshold wait ({wait_s}, {waited_runs} runs) passed while so many were under way.',
    fields: {
      name: handle.cell(row, 'name'),
      ...threshold,
      blocked_runs: handle.cell(row, 'running'),
      waited_runs: handle.cell(row, 'waiting'),
      cap: sums.value('cap'),
      wait_s: { from: sums.value('wait_s'), unit: 's' },
      free_s: { from: sums.value('free_s'), unit: 's' },
      own_percent: { from: sums.value('own_percent'), unit: '%' },
    },
    estimate: { name: 'wait_beside_a_free_slot', field: 'free_s' },
  };
}
