import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { check, Evaluation, type RunSummary } from '../../src/contract/index.ts';
import { plantedTable } from '../../src/synth/index.ts';
import { csvOf } from '../planted/analyse.ts';
import { folderOfFile } from './command.ts';
import { run, say } from './say.ts';

const folder = folderOfFile('evaluate');
const appdata = join(folder, 'appdata');
const truth = join(folder, 'truth.yaml');
let done: RunSummary;

/** A value of the table that was run in each of its places. */
const PLANTS = { sentinel: true, outliers: true, change_point: true, code_trap: true } as const;

beforeAll(async () => {
  const { mkdir, rm } = await import('node:fs/promises');
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'table.csv');
  writeFileSync(file, csvOf(plantedTable('1', 1500, PLANTS)));
  const plugins = 'profile_quality,analysis_outliers,profile_basic';
  done = await run(file, appdata, ['--kind', 'synthetic', '--plugins', plugins]);
  return () => rm(folder, { recursive: true, force: true });
}, 120_000);

async function evaluate(...args: string[]) {
  const ended = await say(['eval', ...args, '--json']);
  const evaluation = JSON.parse(ended.out) as Evaluation;
  expect(check(Evaluation, evaluation)).toMatchObject({ ok: true });
  return { code: ended.code, evaluation };
}
const here = () => [done.run_id, '--truth', truth, '--appdata', appdata];
const EXPECTED = `
  - { plugin: profile_quality, kind: sentinel, target: { columns: [odometer_km] } }
metrics:
  - { plugin: profile_basic, name: rows, value: 1500 }
`;
const HEAD = 'schema_version: ground_truth.v1\nkind: synthetic\nfindings:';

test('a template holds for the report that it was made of, strictly too; of a run, a report file and a pack', async () => {
  const template = join(folder, 'template.yaml');
  const made = await say(['eval', 'template', done.run_id, '--out', template, '--appdata', appdata]);
  expect(made.code, made.err).toBe(0);
  const pack = join(folder, 'pack.zip');
  expect((await say(['export', done.run_id, '--out', pack, '--appdata', appdata])).code).toBe(0);
  const report = join(folder, 'report.json');
  copyFileSync(join(done.run_dir, 'report.json'), report);
  for (const place of [[done.run_id, '--appdata', appdata], [report], [pack]]) {
    const { code, evaluation } = await evaluate(...place, '--truth', template, '--strict');
    expect(code).toBe(0);
    expect(evaluation).toMatchObject({ holds: true, unexpected: [], counts: { missing: 0, wrong_value: 0 } });
    expect(evaluation.counts.found).toBeGreaterThan(3);
    expect(evaluation.report.run_id).toBe(place[0] === report ? null : done.run_id);
  }
  expect((await say(['eval', 'template', done.run_id, '--out', template, '--appdata', appdata])).code).toBe(
    2,
  );
});

test('what holds ends with 0; one wrong number, one missing finding or, strictly, one claim more with 4', async () => {
  writeFileSync(truth, HEAD + EXPECTED);
  const first = await evaluate(...here());
  expect([first.code, first.evaluation.holds, first.evaluation.unexpected.length > 0]).toEqual([
    0,
    true,
    true,
  ]);
  expect((await evaluate(...here(), '--strict')).code).toBe(4);
  writeFileSync(truth, `${HEAD}${EXPECTED.replace('1500', '1501')}`);
  const wrong = await evaluate(...here());
  expect([wrong.code, wrong.evaluation.counts.wrong_value]).toEqual([4, 1]);
  const text = await say(['eval', ...here()]);
  expect(text.out).toContain('metrics[0]: WRONG VALUE: profile_basic.rows');
  expect(text.out).toContain('rows: 1500, expected 1501: DIFFERS');
  writeFileSync(truth, `${HEAD}${EXPECTED.replace('odometer_km', 'odometer')}`);
  expect((await evaluate(...here())).code).toBe(4);
});

test('the truth of synth is evaluated: what its plugins look for, traps, and what no plugin of the run looked for', async () => {
  const path = join(folder, 'made.csv');
  const plant = Object.keys(PLANTS).join(',');
  const args = ['--what', 'table', '--rows', '1500', '--plant', plant, '--out', path, '--quiet'];
  expect((await say(['synth', ...args])).code).toBe(0);
  const { code, evaluation } = await evaluate(
    done.run_id,
    '--truth',
    path.replace('.csv', '.truth.yaml'),
    '--appdata',
    appdata,
  );
  expect(code).toBe(4);
  expect(Object.fromEntries(evaluation.expectations.map(({ kind, status }) => [kind, status]))).toEqual({
    sentinel: 'found',
    outliers: 'found',
    change_point: 'not_evaluated',
    code: 'not_told',
  });
  expect(evaluation.notes).toEqual([]);
});

test.each([
  ['kind: real\n', /line 1, column 1: must have required property 'schema_version'/],
  [
    `${HEAD}\n  - { plugin: a, knd: b }`,
    /line 4, column 18: findings\[0\].knd unknown key \(did you mean "kind"\?\)/,
  ],
  [
    `${HEAD}\n  - { plugin: a, kind: b, estimate: { value: 1, relative_tolerance: -1 } }`,
    /column 49: findings\[0\].estimate.relative_tolerance must be >= 0/,
  ],
  [`${HEAD} [`, /can not be read as a ground truth: .* at line 3/],
  [`${HEAD} []\nmetrics: []\nmetrics: []\n`, /Map keys must be unique at line 5/],
])('a truth that is none is refused with the place: %#', async (text, message) => {
  writeFileSync(truth, text);
  const ended = await say(['eval', ...here()]);
  expect([ended.code, ended.out]).toEqual([2, '']);
  expect(ended.err).toMatch(message);
});

test('a report or pack that is none is refused; so is a pack whose report was changed', async () => {
  writeFileSync(truth, HEAD + EXPECTED);
  const none = join(folder, 'none.json');
  writeFileSync(none, '{"schema_version": "report.v1"}');
  const report = await say(['eval', none, '--truth', truth]);
  expect([report.code, report.err]).toEqual([
    2,
    expect.stringContaining('is no report: must have required property'),
  ]);
  expect((await say(['eval', truth, '--truth', truth])).code).not.toBe(0);
  expect((await say(['eval', done.run_id, '--appdata', appdata])).err).toContain(
    "required option '--truth <file>'",
  );
  const path = join(done.run_dir, 'report.json');
  const bytes = readFileSync(path);
  try {
    writeFileSync(path, bytes.toString().replace('"kind":"synthetic"', '"kind":"real"'));
    expect((await say(['eval', ...here()])).code).toBe(4);
  } finally {
    writeFileSync(path, bytes);
  }
});
