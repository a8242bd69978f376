import type { IssueCondition } from '../../../contract/index.ts';
import { COUNT, countOf, PERCENT_UNIT, quantity, quantityOf, TIME_UNIT } from './quantities.ts';

type Groups = Readonly<Record<string, string | undefined>>;

/** One way to say something that a plugin can confirm. */
export interface Form {
  /** Words, `[optional]` ones, `one|other`, and slots in braces. */
  readonly form: string;
  readonly example: string;
  /** Words that a sentence about the same may have, though the form has not. */
  readonly topics: readonly string[];
  readonly plugin: string;
  condition(groups: Groups): Omit<IssueCondition, 'plugin'>;
}

const SLOTS: Readonly<Record<string, string>> = {
  name: '(?<name>"[^"]+"|[^\\s"]+)',
  group: '(?<group>jobs?|activity|process|module|user|server|resource)',
  time: quantity(TIME_UNIT),
  percent: quantity(PERCENT_UNIT),
  count: `(?<count>${COUNT})`,
};

const WAITS = 'analysis_queue_delay_decomposition';
const CLOCK = 'analysis_clock_violations';
const SWEEPS = 'analysis_parameter_sweep';
const KIND_OF_GROUP: Readonly<Record<string, string>> = {
  module: 'wait_by_module',
  user: 'wait_by_user',
  server: 'wait_by_resource',
  resource: 'wait_by_resource',
};

const kindOfGroup = (group: string | undefined): string =>
  KIND_OF_GROUP[group?.toLowerCase() ?? ''] ?? 'wait_by_activity';
const named = (groups: Groups) => ({
  ...{ field: 'name', is: '=' as const },
  value: (groups['name'] ?? '').replaceAll('"', ''),
});

/** In the order in which they are tried. */
export const FORMS: readonly Form[] = [
  {
    form: '[all] runs wait {time} over the threshold',
    example: 'runs wait more than 500 hours over the threshold',
    topics: [],
    plugin: WAITS,
    condition: (groups) => ({
      kind: 'wait_decomposition',
      where: quantityOf('over_s', groups, '>='),
      count: { min: 1 },
    }),
  },
  {
    form: '[{group}] {name} waits {time} over the threshold',
    example: 'QEMAIL waits more than 20 hours over the threshold',
    topics: ['wait', 'waiting', 'late', 'delayed'],
    plugin: WAITS,
    condition: (groups) => ({
      kind: kindOfGroup(groups['group']),
      where: [named(groups), ...quantityOf('over_s', groups, '>=')],
      count: { min: 1 },
    }),
  },
  {
    form: '[{group}] {name} has {percent} of the over-threshold wait',
    example: 'module RPT has at least 10 % of the over-threshold wait',
    topics: [],
    plugin: WAITS,
    condition: (groups) => ({
      kind: kindOfGroup(groups['group']),
      where: [named(groups), ...quantityOf('over_percent', groups, '>=')],
      count: { min: 1 },
    }),
  },
  {
    form: '{percent} of the over-threshold wait falls into the close',
    example: 'more than 80 % of the over-threshold wait falls into the close',
    topics: ['close', 'month-end'],
    plugin: WAITS,
    condition: (groups) => ({
      kind: 'wait_close_versus_open',
      where: quantityOf('close_over_percent', groups, '>='),
      count: { min: 1 },
    }),
  },
  {
    form: 'no run ends before it starts',
    example: 'no run ends before it starts',
    topics: ['backwards'],
    plugin: CLOCK,
    condition: () => ({
      kind: 'clock_backwards',
      where: [{ field: 'service_rows', is: '>', value: 0 }],
      count: { max: 0 },
    }),
  },
  {
    form: 'no run starts before it is queued|eligible',
    example: 'no run starts before it is eligible',
    topics: [],
    plugin: CLOCK,
    condition: () => ({
      kind: 'clock_backwards',
      where: [{ field: 'wait_rows', is: '>', value: 0 }],
      count: { max: 0 },
    }),
  },
  {
    form: 'no run starts before what it depends on ends|ended',
    example: 'no run starts before what it depends on ended',
    topics: ['dependency', 'prerequisite', 'early'],
    plugin: CLOCK,
    condition: () => ({ kind: 'dependant_too_early', where: [], count: { max: 0 } }),
  },
  {
    form: '{percent} of the over-threshold wait passes while all slots are taken',
    example: 'more than 90 % of the over-threshold wait passes while all slots are taken',
    topics: ['servers', 'slots', 'capacity', 'slot'],
    plugin: 'analysis_concurrency_reconstruction',
    condition: (groups) => ({
      kind: 'capacity',
      where: quantityOf('waiting_at_percent', groups, '>='),
      count: { min: 1 },
    }),
  },
  {
    form: '[server|resource] {name} is slower than the others',
    example: 'server APP03 is slower than the others',
    topics: ['slow', 'slower', 'slowest'],
    plugin: 'analysis_resource_imbalance',
    condition: (groups) => ({
      kind: 'slow_resource',
      where: [{ ...named(groups), field: 'resource' }],
      count: { min: 1 },
    }),
  },
  {
    form: '[{count}] jobs run once per parameter value',
    example: 'at least 4 jobs run once per parameter value',
    topics: ['list', 'parameter', 'parameters', 'batch', 'values'],
    plugin: SWEEPS,
    condition: (groups) => ({ kind: 'parameter_sweep', where: [], count: countOf(groups['count']) }),
  },
  {
    form: '[{count}] {name} jobs run once per parameter value',
    example: 'at least 2 payout jobs run once per parameter value',
    topics: ['list'],
    plugin: SWEEPS,
    condition: (groups) => ({
      kind: 'parameter_sweep',
      where: [{ ...named(groups), is: 'contains' }],
      count: countOf(groups['count']),
    }),
  },
  {
    form: '[{group}] {name} runs every {time}',
    example: 'QEMAIL runs every 5 minutes',
    topics: ['often', 'interval', 'frequent', 'frequently', 'schedule', 'clock'],
    plugin: 'analysis_schedule_interval',
    condition: (groups) => ({
      kind: 'scheduled_jobs',
      where: [named(groups), ...quantityOf('interval_s', groups, '=')],
      count: { min: 1 },
    }),
  },
];

/** A form as a pattern over a whole sentence. */
export function patternOf({ form }: Pick<Form, 'form'>): RegExp {
  const tokens = form.split(' ').map((token) => {
    const isOptional = token.startsWith('[');
    const word = isOptional ? token.slice(1, -1) : token;
    const slot = /^\{(\w+)\}$/.exec(word)?.[1];
    const inner = slot === undefined ? `(?:${word})` : (SLOTS[slot] ?? '');
    return `(?:${inner}(?:\\s+|$))${isOptional ? '?' : ''}`;
  });
  return new RegExp(`^${tokens.join('')}$`, 'i');
}

/** The words of a form that are neither a slot nor left to choice. */
export function wordsOf({ form }: Pick<Form, 'form'>): string[] {
  return form.split(/[ |]/).filter((token) => /^[a-z-]+$/.test(token));
}
