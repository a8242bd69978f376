import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { check, RunComparison, type RunSummary } from '../../src/contract/index.ts';
import { example, folderOfFile, root } from './command.ts';
import { run, say } from './say.ts';

const appdata = folderOfFile('compare');
let first: RunSummary;
let again: RunSummary;
let stricter: RunSummary;
let without: RunSummary;
let shorter: RunSummary;
let sales: RunSummary;

beforeAll(async () => {
  const { mkdir, rm } = await import('node:fs/promises');
  await mkdir(appdata, { recursive: true });
  const half = join(appdata, 'half.csv');
  const lines = readFileSync(example, 'utf8').split('\n');
  writeFileSync(half, `${lines.slice(0, Math.floor(lines.length / 2)).join('\n')}\n`);
  const plugins = 'profile_basic,analysis_queue_delay_decomposition';
  const options = ['--kind', 'synthetic', '--dataset', 'log', '--plugins', plugins];
  first = await run(example, appdata, options);
  again = await run(example, appdata, options);
  const setting = ['--set', 'analysis_queue_delay_decomposition.threshold_s=600'];
  stricter = await run(example, appdata, [...options, ...setting]);
  without = await run(example, appdata, [...options, '--plugins', 'profile_basic']);
  shorter = await run(half, appdata, options);
  sales = await run(join(root, 'examples', 'sales.csv'), appdata, ['--plugins', 'profile_basic']);
  return () => rm(appdata, { recursive: true, force: true });
}, 120_000);

async function compare(a: RunSummary, b: RunSummary): Promise<RunComparison> {
  const ended = await say(['runs', 'compare', a.run_id, b.run_id, '--json', '--appdata', appdata]);
  expect(ended.err).toBe('');
  const comparison = JSON.parse(ended.out) as RunComparison;
  expect(check(RunComparison, comparison)).toMatchObject({ ok: true });
  return comparison;
}

const keys = (differences: RunComparison['input']) => differences.map((difference) => difference.key);

test('two runs of the same file with the same settings differ in nothing', async () => {
  const found = await compare(first, again);
  expect(found).toMatchObject({ same_fingerprint: true, same_report: true, input: [], configuration: [] });
  expect(found.findings).toMatchObject({ new: [], gone: [], changed: [] });
  expect(found.findings.same).toBe(first.counts.findings);
});

test('a changed setting is named, with the findings that it changed and their numbers', async () => {
  const found = await compare(first, stricter);
  expect(keys(found.configuration)).toContain('settings.analysis_queue_delay_decomposition.threshold_s');
  expect(found.input).toEqual([]);
  const all = [...found.findings.changed, ...found.findings.new, ...found.findings.gone];
  expect(new Set(all.map((finding) => finding.plugin_id))).toContain('analysis_queue_delay_decomposition');
  const estimates = found.findings.changed.flatMap((finding) =>
    finding.changes.filter((change) => change.what === 'estimate'),
  );
  expect(estimates.length).toBeGreaterThan(0);
  for (const change of estimates) expect(change.a).not.toBe(change.b);
});

test('a finding that is gone because nobody looked is told apart from one that is not there', async () => {
  const found = await compare(first, without);
  expect(found.findings.gone.length).toBeGreaterThan(0);
  for (const finding of found.findings.gone) {
    expect(finding.other_run).toBe('did_not_look');
    expect(finding.reason).toContain('was not in its plan');
  }
});

test('another file shows as another upload and other rows', async () => {
  const found = await compare(first, shorter);
  expect(keys(found.input)).toEqual(expect.arrayContaining(['rows', 'part 1.upload']));
  expect(found.same_report).toBe(false);
});

test('for a reader the comparison is a text that names both runs and what changed', async () => {
  const ended = await say(['runs', 'compare', first.run_id, stricter.run_id, '--appdata', appdata]);
  expect(ended.code).toBe(0);
  expect(ended.out).toContain(first.run_id.slice(0, 12));
  expect(ended.out).toContain('threshold_s');
  expect(ended.out).toMatch(/estimate: [\d\s]+h/);
  expect(ended.out).not.toContain('two different datasets');
  expect(ended.out).toMatch(/Findings: \d+ new, \d+ gone, \d+ changed, \d+ the same\./);
});

test('that two datasets are compared is said first, and what one of them has is not called new', async () => {
  const ended = await say(['runs', 'compare', first.run_id, sales.run_id, '--appdata', appdata]);
  expect(ended.out).toContain('These are two different datasets: A is of "log", B of "sales".');
  expect(ended.out).toContain('They have no column in common.');
  expect(ended.out).toContain('Only in A');
  expect(ended.out).not.toContain('Gone in B');
});

test('an unknown run is refused with exit code 2', async () => {
  const unknown = await say(['runs', 'compare', first.run_id, 'ffffffff', '--appdata', appdata]);
  expect(unknown.code).toBe(2);
  expect(unknown.err).toContain('No run "ffffffff"');
});

test('a damaged report is never compared', async () => {
  appendFileSync(join(shorter.run_dir, 'report.json'), ' ');
  const damaged = await say(['runs', 'compare', first.run_id, shorter.run_id, '--appdata', appdata]);
  expect(damaged.code).toBe(4);
  expect(damaged.err).toContain('report.json');
});
