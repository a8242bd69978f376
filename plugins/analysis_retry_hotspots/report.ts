import {
  ACTIONABILITY,
  fieldsOf,
  identifier,
  jobActionability,
  NOT_ADJUSTABLE,
  nearMissTable,
  type QueryHandle,
  shareOf,
} from '../../src/sdk/index.ts';
import { type ComparedJob, FEWEST_WEEKS, smallestExcess } from './compare-jobs.ts';
import type { Study } from './study.ts';

const COLUMNS = [
  'name',
  'tries',
  'failed',
  'failed_percent',
  'other_tries',
  'other_failed',
  'other_failed_percent',
  'repeated',
  'repeated_percent',
  'retries',
  'failed_service_s',
  'lost_percent',
  'weeks',
];

/** How many tries failed in all, and how much server time they took. */
export function reportOverall({ ctx, statuses }: Study, tries: QueryHandle): void {
  if (tries.number(0, 'all_failed') === 0) {
    ctx.note('No try failed.');
    return;
  }
  ctx.finding({
    kind: 'failures_overall',
    title: '{all_failed} of {all_tries} tries failed: {all_failed_service_s} of server time',
    statement:
      `{all_failed} of {all_tries} tries ({all_failed_percent}) ended with a status that means failure (${statuses.length === 1 ? 'setting failed_statuses or the known word for it' : 'setting failed_statuses or the known words for it'}). ` +
      'They took {all_failed_service_s} of server time, {all_lost_percent} of all. {all_repeated} of them followed a failure of the same work ' +
      '(same job, user and parameters, as far as the log has them); {all_retries} tries are second or later attempts by their own count. ' +
      'Most server time in failed tries: {name}, {failed_service_s}.',
    fields: fieldsOf(tries, 0, [
      'all_failed',
      'all_tries',
      'all_failed_percent',
      'all_failed_service_s',
      'all_lost_percent',
      'all_repeated',
      'all_retries',
      'name',
      'failed_service_s',
    ]),
    estimate: { name: 'failed_tries', field: 'all_failed' },
    target: {},
    about: [ctx.role('status') ?? '', ctx.role('activity') ?? ''],
    how: 'exact_count',
    severity: 'info',
    ranking: {
      effect: shareOf(tries, 0, 'all_lost_percent'),
      reach: shareOf(tries, 0, 'all_failed_percent'),
      actionability: ACTIONABILITY.other,
    },
  });
}

/** A finding for each job that fails clearly more often than the others. */
export async function reportHotspots(
  study: Study,
  tries: QueryHandle,
  compared: readonly ComparedJob[],
): Promise<void> {
  const told = toldOf(study, compared);
  if (compared.length === 0)
    study.ctx.note(
      `No job has enough tries, in at least ${FEWEST_WEEKS} weeks and beside enough of other jobs, for its failures to be tested.`,
    );
  for (const job of told) await reportHotspot(study, tries, job);
}

/** What was tested and how far each job was from being reported. */
export async function writeNearMisses(study: Study, compared: readonly ComparedJob[]): Promise<void> {
  const { value } = smallestExcess(study);
  await study.ctx.artifact(
    nearMissTable(
      compared.map((job) => ({
        hypothesis: `${job.name} fails as often as the other jobs`,
        n: job.n,
        estimate: job.difference,
        unit: 'percentage points',
        smallest_effect: value,
        p_value: job.p_value,
        test: job.test,
        reason: reasonOf(study, compared, job),
      })),
      study.ctx.coverage,
    ),
  );
}

function toldOf(study: Study, compared: readonly ComparedJob[]): ComparedJob[] {
  return compared.filter((job) => isTold(study, job)).slice(0, Number(study.ctx.settings['top_groups']));
}

function reasonOf(study: Study, compared: readonly ComparedJob[], job: ComparedJob): string {
  if (!isTold(study, job)) return 'does not fail more often by the smallest effect of interest';
  return toldOf(study, compared).includes(job) ? 'reported if the ledger keeps it' : 'other jobs come first';
}

function isTold(study: Study, { difference }: ComparedJob): boolean {
  return difference > 0 && smallestExcess(study).reaches(difference);
}

async function reportHotspot(study: Study, tries: QueryHandle, job: ComparedJob): Promise<void> {
  const { ctx } = study;
  const adjustable = tries.text(job.row, 'adjustable') === 'true';
  const derived = ctx.derivation({
    method:
      "difference of two shares, t interval of a jackknife over weeks (Newcombe's, 1998, method 10, where all weeks show the same); the same in the first and the second half of the weeks",
    parameters: { job: job.name, level: job.interval.level },
    values: {
      difference: job.difference,
      low: job.interval.low,
      high: job.interval.high,
      first: job.first,
      second: job.second,
    },
    inputs: [tries],
  });
  const unit = 'percentage points';
  ctx.finding({
    kind: 'retry_hotspot',
    title: '{name} fails in {failed_percent} of its tries, other jobs in {other_failed_percent}',
    statement:
      '{failed} of {tries} tries of {name} failed ({failed_percent}), of all other jobs in the {weeks} weeks in which it ran {other_failed} of {other_tries} ({other_failed_percent}): ' +
      'a difference of {difference} (from {low} to {high}). {repeated} of its failures ({repeated_percent}) followed a failure of the same work. ' +
      `Its failed tries took {failed_service_s} of server time, {lost_percent} of that of all failed tries.${adjustable ? '' : ` ${NOT_ADJUSTABLE}`}`,
    fields: {
      ...fieldsOf(tries, job.row, COLUMNS),
      difference: { from: derived.value('difference'), unit },
      low: { from: derived.value('low'), unit },
      high: { from: derived.value('high'), unit },
      first: { from: derived.value('first'), unit },
      second: { from: derived.value('second'), unit },
    },
    estimate: {
      name: 'difference_of_failed_shares',
      field: 'difference',
      interval: { low: 'low', high: 'high', level: job.interval.level },
    },
    test: job.test,
    replication: { by: 'time', holds: job.replication, first: 'first', second: 'second' },
    target: { activity: { field: 'name' } },
    how: 'tested',
    severity: adjustable ? 'notice' : 'info',
    ranking: {
      effect: Math.min(1, job.difference / 100),
      reach: shareOf(tries, job.row, 'share_percent'),
      actionability: jobActionability(adjustable),
    },
    rows: await failuresOf(study, job.name),
    limitations: ['It says how often a job fails, not why.'],
  });
}

/** The last failures of a job, to look at. */
async function failuresOf({ ctx, log, failed, leftOut }: Study, name: string): Promise<QueryHandle> {
  return ctx.query(
    `SELECT _sh_part, _sh_row_number, ${log.started} AS started_at, ${identifier(ctx.role('status') ?? '')} AS status
FROM data WHERE ${failed} AND ${leftOut} IS NULL AND CAST(${log.activity} AS VARCHAR) = CAST($1 AS VARCHAR)
ORDER BY started_at DESC, _sh_part, _sh_row_number LIMIT 25`,
    [name],
  );
}
