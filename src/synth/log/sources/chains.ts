import { HOUR, MINUTE, SECOND } from '../../civil-time.ts';
import type { Draws } from '../../draws.ts';
import { CLOSE_STEPS, HOLD_STEP, NIGHTLY_EXTRACT, NIGHTLY_STEPS } from '../jobs.ts';
import { type Job, makeRun, type Run } from '../run.ts';
import { closeChains, EXTRACTS, nightlyChains } from '../volume.ts';
import type { LogDay, Source } from './day.ts';

/** From one o'clock on working days: five steps, the second of which has children. */
export const nightly: Source = (day) => {
  if (!day.working) return [];
  const random = day.stream('nightly chains');
  const count = nightlyChains(day.plan.rowsPerDay);
  return Array.from({ length: count }, (_, i) => nightlyChain(day, random, i)).flat();
};

function nightlyChain(day: LogDay, random: Draws, ordinal: number): Run[] {
  const { plan, begins } = day;
  const queued = begins + HOUR + ordinal * 5 * MINUTE + random.between(0, 5000);
  const parameters = `Accounting Month (date)=${plan.close.accountingMonth(queued)};Company=${10 + ordinal}`;
  const held = random.chance(plan.slowVariant);
  const [master, load, check, allocate, post] = NIGHTLY_STEPS;
  const steps = [master, load, check, ...(held ? [HOLD_STEP] : []), allocate, post];
  const chain = chained(random, steps, queued, { user: 'SCHEDULER', schedule: 'SCH-040', parameters });
  for (const run of chain) if (run.job === check) run.eligibleLag += plan.dependencyLag * SECOND;
  const loaded = chain[1];
  const extracts = Array.from({ length: EXTRACTS }, (_, i) =>
    makeRun(random, NIGHTLY_EXTRACT, queued + (10 + i) * SECOND, {
      user: 'SCHEDULER',
      schedule: 'SCH-040',
      parameters: `${parameters};Extract=${i + 1}`,
      prerequisite: loaded,
      parent: loaded,
      master: chain[0],
    }),
  );
  return [...chain, ...extracts];
}

/** In the morning of each working day of the close. */
export const closing: Source = (day) => {
  if (!day.closing) return [];
  const random = day.stream('close chains');
  return Array.from({ length: closeChains(day.plan.rowsPerDay) }, (_, i) => {
    const queued = day.begins + 8 * HOUR + random.between(0, 3 * HOUR);
    const parameters = `Accounting Month (date)=${day.plan.close.accountingMonth(queued)};Company=${10 + i}`;
    return chained(random, CLOSE_STEPS, queued, { user: 'RCLOSE', schedule: '', parameters });
  }).flat();
};

/** Steps that are queued together, each eligible when the one before has ended. The first points at itself. */
function chained(
  random: Draws,
  steps: readonly Job[],
  queued: number,
  details: { readonly user: string; readonly schedule: string; readonly parameters: string },
): Run[] {
  const runs: Run[] = [];
  for (const [place, job] of steps.entries()) {
    const [first, before] = [runs[0], runs.at(-1)];
    const links = first === undefined ? { master: 'self' as const } : { parent: first, master: first };
    runs.push(makeRun(random, job, queued + place * SECOND, { ...details, ...links, prerequisite: before }));
  }
  return runs;
}
