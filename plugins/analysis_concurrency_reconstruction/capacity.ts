import { ACTIONABILITY, type QueryHandle, secondsText, threshold } from '../../src/sdk/index.ts';
import { readOfferedLoad, slotsPerServer } from './offered-load.ts';
import { isLimit, percentOf, type Slots, type Study } from './whole-log.ts';

/** How much of the over-threshold wait passed while all slots were taken, which is what capacity could remove. */
export async function reportCapacity(
  study: Study,
  slots: Slots,
  servers: QueryHandle | undefined,
): Promise<void> {
  const { ctx, whole } = study;
  const atPercent = percentOf(slots.waitingAtUs, slots.waitingUs) ?? 0;
  const sums = ctx.derivation({
    method: 'over-threshold wait by number of runs under way (sweep line); slots: the number with most of it',
    values: {
      slots: slots.running,
      waiting_s: secondsText(slots.waitingUs),
      waiting_at_s: secondsText(slots.waitingAtUs),
      waiting_at_percent: atPercent,
      waiting_below_s: secondsText(slots.waitingUs - slots.waitingAtUs),
      at_s: secondsText(slots.atUs),
      at_percent: percentOf(slots.atUs, whole.spanUs),
      above_s: secondsText(slots.aboveUs),
    },
    inputs: [whole.handle],
  });
  const smallest = Number(ctx.settings['smallest_at_capacity_percent']);
  if (slots.running === 0) {
    ctx.note(
      'Most of the over-threshold wait passed while nothing ran: a lack of slots does not explain it.',
    );
    return;
  }
  if (!isLimit(slots)) {
    ctx.note(
      'More runs were under way, for long, than at the level at which most runs waited: the number of slots is not what made them wait.',
    );
    return;
  }
  if (atPercent < smallest) {
    ctx.note(
      'Most of the over-threshold wait passed while fewer runs were under way than there can be: a lack of slots does not explain it.',
    );
    return;
  }
  const load = await readOfferedLoad(study, slots.running, slotsPerServer(servers, slots.running));
  ctx.finding({
    kind: 'capacity',
    title: '{waiting_at_percent} of the over-threshold wait passed while all {slots} slots were taken',
    statement:
      'Most of the over-threshold wait passed while {slots} runs were under way: as many as could run at once, for more ' +
      `${slots.aboveUs === 0n ? 'never were' : 'were under way for {above_s} only'}. All slots were taken for {at_s}, {at_percent} of the time; meanwhile ` +
      '{waiting_at_s} of the {waiting_s} of over-threshold wait passed (runs that waited longer than {threshold_s}), {waiting_at_percent}. ' +
      `The rest, {waiting_below_s}, passed while a slot was free. ${load.sentence}`.trim(),
    fields: {
      ...load.fields,
      ...threshold,
      slots: sums.value('slots'),
      ...Object.fromEntries(
        ['waiting_s', 'waiting_at_s', 'waiting_below_s', 'at_s', 'above_s'].map((name) => [
          name,
          { from: sums.value(name), unit: 's' },
        ]),
      ),
      ...Object.fromEntries(
        ['waiting_at_percent', 'at_percent'].map((name) => [name, { from: sums.value(name), unit: '%' }]),
      ),
    },
    estimate: { name: 'over_threshold_wait_at_capacity', field: 'waiting_at_s' },
    target: {},
    how: 'exact_count',
    severity: 'warning',
    ranking: {
      effect: atPercent / 100,
      reach: Math.min(1, Number(slots.atUs) / Number(whole.spanUs)),
      actionability: ACTIONABILITY.log,
    },
    charts: ['runs_at_once', 'waiting_runs'],
    limitations: [
      'The number of slots is read from where runs waited; the log does not name it.',
      ...(study.log.eligible === undefined && ctx.role('depends_on') !== undefined
        ? [
            'The log has no eligible times: runs that name a prerequisite also wait for its end, which may pass while a slot is free.',
          ]
        : []),
      'It says when runs waited, not how much a further server would save: that takes a replay of the log.',
    ],
  });
}
