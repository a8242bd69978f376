import { HOUR, MINUTE, SECOND } from '../../civil-time.ts';
import { PAYOUT_JOBS, SECONDS_PER_PAYOUT } from '../jobs.ts';
import { makeRun, type Run } from '../run.ts';
import type { LogDay, Source } from './day.ts';

/** On working days of the close, in the morning: four jobs, each for its payouts. */
export const payouts: Source = (day) => {
  if (!day.closing) return [];
  return PAYOUT_JOBS.flatMap((_, place) => payoutsOf(day, place));
};

function payoutsOf(day: LogDay, place: number): Run[] {
  const { perDay, perRun } = day.plan.payouts;
  const count = Math.max(1, Math.round(perDay / PAYOUT_JOBS.length));
  const job = PAYOUT_JOBS[place];
  if (job === undefined) return [];
  const random = day.stream(`payouts ${job.code}`);
  const user = random.pick(['KMEYER', 'TORTIZ']);
  const begin = day.begins + 8 * HOUR + random.between(0, 45) * MINUTE + place * 4 * MINUTE;
  const month = day.plan.close.accountingMonth(begin);
  let id = 400 + (day.ordinal * PAYOUT_JOBS.length + place) * count;
  const single = Array.from({ length: count }, () => {
    id += random.chance(0.97) ? 1 : 0;
    const at = begin + random.between(0, 40 * MINUTE);
    const run = makeRun(random, job, at, {
      user,
      parameters: `Accounting Month (date)=${month};Payout ID=${id}`,
    });
    return { run, id };
  }).sort((a, b) => a.run.queued - b.run.queued || a.id - b.id);
  return inLists(single, perRun).map((list) => runOfList(list, month));
}

type Payout = { readonly run: Run; readonly id: number };

function inLists(payoutsOfJob: readonly Payout[], perRun: number): Payout[][] {
  const lists: Payout[][] = [];
  for (let i = 0; i < payoutsOfJob.length; i += perRun) lists.push(payoutsOfJob.slice(i, i + perRun));
  return lists;
}

/** The run of the list's first payout, with the work of all; queued when the first was. */
function runOfList(list: readonly Payout[], month: string): Run {
  const [first] = list;
  if (first === undefined) throw new RangeError('an empty list of payouts');
  const { run } = first;
  run.work += list.length * SECONDS_PER_PAYOUT * SECOND;
  if (list.length === 1) return run;
  const ids = list.map(({ id }) => id).join(',');
  return { ...run, parameters: `Accounting Month (date)=${month};Payout IDs=${ids}` };
}
