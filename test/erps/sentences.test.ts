import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PluginManifest } from '../../src/contract/index.ts';
import { compileSentence } from '../../src/engine/erps/sentences/compile-sentence.ts';
import { FORMS } from '../../src/engine/erps/sentences/forms.ts';
import { plugin } from '../pipeline/make.ts';
import { root } from '../run/command.ts';

/** Every built-in plugin, by what its plugin.json says. */
const plugins = readdirSync(join(root, 'plugins')).map((id) =>
  plugin(JSON.parse(readFileSync(join(root, 'plugins', id, 'plugin.json'), 'utf8')) as PluginManifest),
);
const compiled = (sentence: string) => compileSentence(sentence, plugins);

test('every form is of a kind that a built-in plugin tells, and its example is a sentence of it', () => {
  for (const form of FORMS) {
    const condition = compiled(form.example);
    expect(condition.plugin, form.form).toBe(form.plugin);
  }
});

test('every form stands in the guide, with its example', () => {
  const guide = readFileSync(join(root, 'docs', 'guides', 'erp.md'), 'utf8');
  for (const { form, example } of FORMS) {
    expect(guide, form).toContain(form.replaceAll('|', '\\|'));
    expect(guide).toContain(example);
  }
});

test.each([
  [
    'QEMAIL waits more than 20 hours over the threshold',
    'wait_by_activity',
    [
      { field: 'name', is: '=', value: 'QEMAIL' },
      { field: 'over_s', is: '>', value: 20, unit: 'h' },
    ],
    { min: 1 },
  ],
  [
    'Module “Land Owner” waits between 1.5 and 90 minutes over the threshold.',
    'wait_by_module',
    [
      { field: 'name', is: '=', value: 'Land Owner' },
      { field: 'over_s', is: '>=', value: 1.5, unit: 'min' },
      { field: 'over_s', is: '<=', value: 90, unit: 'min' },
    ],
    { min: 1 },
  ],
  [
    'over 80 per cent of the over-threshold wait falls into the close',
    'wait_close_versus_open',
    [{ field: 'close_over_percent', is: '>', value: 80, unit: '%' }],
    { min: 1 },
  ],
  [
    'no run ends before it starts',
    'clock_backwards',
    [{ field: 'service_rows', is: '>', value: 0 }],
    { max: 0 },
  ],
  [
    '2 to 5 wait_by_user where over_percent >= 10 % and name contains "OPS and co"',
    'wait_by_user',
    [
      { field: 'over_percent', is: '>=', value: 10, unit: '%' },
      { field: 'name', is: 'contains', value: 'OPS and co' },
    ],
    { min: 2, max: 5 },
  ],
  [
    'at least 2 payout jobs run once per parameter value',
    'parameter_sweep',
    [{ field: 'name', is: 'contains', value: 'payout' }],
    { min: 2 },
  ],
  ['4 to 6 jobs run once per parameter value', 'parameter_sweep', [], { min: 4, max: 6 }],
  [
    'server APP03 is slower than the others',
    'slow_resource',
    [{ field: 'resource', is: '=', value: 'APP03' }],
    { min: 1 },
  ],
  ['no wait_by_resource of analysis_queue_delay_decomposition', 'wait_by_resource', [], { max: 0 }],
])('%s', (sentence, kind, where, count) => {
  const condition = compiled(sentence);
  expect(condition).toEqual({ plugin: condition.plugin, kind, where, count });
});

test.each([
  [
    'QEMAIL is bad for more than 20 hours',
    'a time (more than 20 hours), a name (QEMAIL)',
    'waits {time} over',
  ],
  ['the moon is full', 'Understood: nothing', 'none is near'],
  ['payouts are slow', 'Understood: nothing', 'is slower than the others'],
  ['notifications run too often', 'Understood: nothing', 'runs every {time}'],
  ['payouts could take a list', 'Understood: nothing', 'once per parameter value'],
  ['more servers are needed', 'Understood: nothing', 'while all slots are taken'],
  ['QEMAIL runs every five minutes', 'a name (QEMAIL)', 'write numbers in digits, not “five”'],
  ['2 payouts run once per parameter value', 'how many (2)', 'missing in the sentence: “jobs”'],
  ['at least 2 wait_by_modul where over_s > 3 s', 'no plugin tells it (perhaps wait_by_module)', 'KIND'],
  ['at least 2 wait_by_module where over_s', 'the kind wait_by_module of analysis_queue_delay', 'KIND'],
  ['no wait_by_module of profile_basic', 'which profile_basic does not tell', 'KIND'],
])(
  'what can not be compiled says what was understood, and the nearest form: %s',
  (sentence, understood, form) => {
    expect(() => compiled(sentence)).toThrow(
      expect.objectContaining({ code: 'SH_ISSUE_SENTENCE', exitCode: 2 }),
    );
    expect(() => compiled(sentence)).toThrow(understood);
    expect(() => compiled(sentence)).toThrow(form);
  },
);
