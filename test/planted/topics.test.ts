import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TABLE_PLANTS } from '../../src/synth/index.ts';
import { type Finding, TOPICS } from './topics.ts';

/** Effects for plugins that are not here yet. */
const LATER = ['dependence_shift', 'daily_cycle', 'burst'];

test('every effect that the generator can plant is sought', () => {
  const planted = Object.values(TOPICS).flatMap(({ plants }) => Object.keys(plants));
  expect([...planted, ...LATER].sort()).toEqual(TABLE_PLANTS.map(({ name }) => name).sort());
});

test.each(Object.keys(TOPICS))('the effects of the topic %s are sought in a file of tests', (name) => {
  expect(existsSync(new URL(`./planted-${name}.slow.test.ts`, import.meta.url))).toBe(true);
});

const { never } = TOPICS.relations;
const [naive, ofIds] = [
  never['the naive claim of the trap of Simpson'],
  never['a claim about ids and codes'],
];

/** A finding as any plugin could tell it. */
function told(title: string, more: Partial<Finding> = {}): Finding {
  const finding = {
    plugin_id: 'analysis_any',
    kind: 'any',
    title,
    statement: '',
    target: {},
    fields: {},
    items: [],
  };
  return { ...finding, ...more } as unknown as Finding;
}
const item = (title: string) => ({ title, statement: '', fields: {} }) as unknown as Finding['items'][number];

test.each([
  [told('Rows with treatment = B have a mean recovery_days of 9 against 7 elsewhere'), true],
  [told('recovery_days goes with several columns', { items: [item('highest for treatment B')] }), true],
  [
    told('A linear model of recovery_days', { kind: 'linear_regression', items: [item('treatment B: 2')] }),
    true,
  ],
  [
    told('A linear model of recovery_days', { kind: 'linear_regression', items: [item('treatment B: −1')] }),
    false,
  ],
  [told('The difference of recovery_days by treatment turns round among rows alike in ward'), false],
  [told('recovery_days differs by ward among rows of the same treatment'), false],
])('the naive claim of the trap of Simpson is known by whoever tells it: %#', (finding, expected) => {
  expect(naive(finding)).toBe(expected);
});

test.each([
  [told('output and flow rise together', { target: { columns: ['record_id', 'output'] } }), true],
  [told('A linear model of output', { items: [item('account_no: 0.2')] }), true],
  [told('A linear model of output', { items: [item('input_a: 0.2')] }), false],
  [told('numbers are missing', { kind: 'sequence_gap', target: { columns: ['record_id'] } }), false],
])('a claim about an id is known where it is a target, or only named: %#', (finding, expected) => {
  expect(ofIds(finding)).toBe(expected);
});
