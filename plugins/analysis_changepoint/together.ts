import type { ItemInput } from '../../src/sdk/index.ts';
import { readEvidence } from './change-evidence.ts';
import type { Plan } from './plan.ts';
import {
  chartOf,
  claimOf,
  fieldsOf,
  largestOf,
  type PlaceLabels,
  rankingOf,
  sharedFields,
  shareOfRows,
} from './report-series.ts';
import { nameOf, type WithModel } from './screen.ts';
import type { FoundChange } from './series-study.ts';
import type { Frame } from './series-table.ts';
import { isOfAlikeDays, statementOf, titleOf } from './wording.ts';

/** A change with the series that it is of. */
export interface Placed {
  readonly one: WithModel;
  readonly change: FoundChange;
}

/** Days within which changes of several jobs are taken for one event, and the fewest jobs of one. */
const DAYS_TOGETHER = 3;
const FEWEST_JOBS = 3;

/** Changes surer than this by themselves are told together: all of them should pass the control of false discoveries. */
const SURE = 0.002;

/** The changes of process logs that come on the same few days in several jobs; each group in order of the series. */
export function changesTogether(placed: readonly Placed[]): Placed[][] {
  const sure = placed.filter(({ change }) => isOfAlikeDays(change) && (change.test?.p_value ?? 1) <= SURE);
  const byDay = sure.toSorted((a, b) => dayIn(a) - dayIn(b));
  const groups: Placed[][] = [];
  for (const one of byDay) {
    const first = groups.at(-1)?.[0];
    if (first !== undefined && dayIn(one) - dayIn(first) <= DAYS_TOGETHER) groups.at(-1)?.push(one);
    else groups.push([one]);
  }
  const jobs = (group: readonly Placed[]) =>
    new Set(group.flatMap(({ one }) => one.series.summary.within?.value ?? []));
  return groups
    .filter((group) => jobs(group).size >= FEWEST_JOBS)
    .map((group) => sure.filter((one) => group.includes(one)));
}

/** Whether a change of all rows comes with one of the same measure, or of the rows, in single jobs. */
export function isOfJobs(placed: Placed, all: readonly Placed[]): boolean {
  const { summary } = placed.one.series;
  if (summary.within !== undefined || !isOfAlikeDays(placed.change)) return false;
  return all.some(
    ({ one, change }) =>
      one.series.summary.within !== undefined &&
      one.series.summary.kind === summary.kind &&
      nameOf(one.series.summary) === nameOf(summary) &&
      Math.abs(dayIn({ one, change }) - dayIn(placed)) <= DAYS_TOGETHER,
  );
}

function dayIn({ one, change }: Placed): number {
  return one.series.ordinals[change.at] ?? 0;
}

/** One finding of what changed in several jobs at once: led by the surest and largest, with each as an item. */
export async function reportTogether(
  plan: Plan,
  frame: Frame,
  group: readonly Placed[],
  labels: PlaceLabels,
): Promise<void> {
  const lead = leadOf(group);
  const [items, shares] = [[] as ItemInput[], [] as number[]];
  for (const { one, change } of group) {
    const evidence = await readEvidence(plan, frame, one, { lead: change, claimed: 1 });
    const told = { lead: change, count: 1, mixture: evidence.mixture };
    const label = labels.get(change);
    shares.push(shareOfRows(plan, evidence));
    items.push({
      title: titleOf(plan, one, told),
      statement: statementOf(plan, one, told),
      ...claimOf(one, evidence, change),
      ...(label !== undefined && { test: label }),
      fields: { ...fieldsOf(one, evidence, change), ...sharedFields(one, evidence) },
    });
  }
  const own = items[group.indexOf(lead)];
  if (own === undefined) throw new Error('the lead is one of the group');
  const { test: _place, ...claim } = own;
  plan.ctx.finding({
    ...claim,
    kind: 'change_points',
    title: `Several jobs changed at one time. ${own.title}`,
    statement: `Several jobs changed within a few days, as the items tell; most surely this one. ${own.statement}`,
    target: {},
    scope: { series: 'several jobs', around: new Date(dayIn(lead) * 86_400_000).toISOString().slice(0, 10) },
    how: 'tested',
    test: lead.one.label,
    severity: 'notice',
    ranking: rankingOf(lead.change, lead.one.series.values.length, Math.max(...shares)),
    items,
    charts: [await chartOf(plan, lead.one)],
    limitations: [
      'It says when they changed, not why; that they changed together is no proof of one cause.',
      'The first and the last day may be incomplete and are left out.',
    ],
  });
}

/** The surest of a job; of equals the largest. */
function leadOf(group: readonly Placed[]): Placed {
  const ofJobs = group.filter(({ one }) => one.series.summary.within !== undefined);
  const least = Math.min(...ofJobs.map(({ one }) => one.tested.test.p_value));
  const surest = ofJobs.filter(({ one }) => one.tested.test.p_value === least);
  const largest = largestOf(surest.map(({ change }) => change));
  const lead = surest.find(({ change }) => change === largest);
  if (lead === undefined) throw new Error('several jobs changed');
  return lead;
}
