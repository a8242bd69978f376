import { isDeepStrictEqual } from 'node:util';
import { Command } from 'commander';
import { type RunComparison, sampleOf } from '../../contract/index.ts';
import {
  compareTwoRuns,
  formatFieldValue,
  formatProbability,
  formatValue,
  type Shown,
} from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { appdataOption, type CommonOptions, jsonOption, withApp } from '../options.ts';
import { printable, table } from '../terminal.ts';
import { coverageText, short } from '../words.ts';

/** `runs compare A B`: findings new, gone and changed; differences of input, configuration and engine. */
export function compareCommand({ terminal }: CommandContext): Command {
  return new Command('compare')
    .description('What is new, gone and changed from run A to run B, and what went in differently.')
    .argument('<a>', 'the run to compare from: id, the start of it, or latest')
    .argument('<b>', 'the run to compare to')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  stat-harness runs compare 3f2a latest\n')
    .action(async (a: string, b: string, options: CommonOptions) => {
      const comparison = await withApp(options, (app) => compareTwoRuns(app, a, b));
      if (options.json) return terminal.out(`${JSON.stringify(comparison)}\n`);
      terminal.out(printable(comparisonText(comparison)));
    });
}

function comparisonText(comparison: RunComparison): string {
  const sections = [
    sides(comparison),
    twoDatasets(comparison),
    samples(comparison),
    verdict(comparison),
    ...findingsText(comparison),
    differencesText('Input', comparison.input),
    differencesText('Configuration', comparison.configuration),
    differencesText('Engine and plugins', comparison.engine),
    metricsText(comparison),
  ];
  return sections.filter((section) => section !== '').join('\n');
}

function sides({ a, b }: RunComparison): string {
  const row = (name: string, side: RunComparison['a']) => [
    name,
    short(side.run_id),
    side.status,
    side.dataset,
    String(side.rows),
    String(side.findings),
    short(side.run_fingerprint),
    side.created_at,
  ];
  const header = ['', 'run', 'status', 'dataset', 'rows', 'findings', 'fingerprint', 'created'];
  return table([header, row('A', a), row('B', b)]);
}

/** Says of two tables that have little to do with each other that they are compared nevertheless. */
function twoDatasets({ a, b, data }: RunComparison): string {
  if (data.relation !== 'two_datasets') return '';
  const { columns_in_common: common, columns_only_in_a: onlyA, columns_only_in_b: onlyB } = data;
  const columns =
    common === 0
      ? 'They have no column in common.'
      : `They have ${common} columns in common; ${onlyA} are in A alone, ${onlyB} in B alone.`;
  return (
    `These are two different datasets: A is of "${a.dataset}", B of "${b.dataset}". ${columns}\n` +
    'What is called new or gone below tells two tables apart: it is not a change over time.\n'
  );
}

/** Of samples what is new, gone or changed may come from the draw alone, and says so before anything else. */
function samples({ a, b }: RunComparison): string {
  const sides = [a, b];
  if (sides.every(({ coverage }) => coverage.kind === 'FULL')) return '';
  const lines = sides.map(({ coverage }, i) => `${'AB'[i]}: ${coverageText(coverage)}\n`).join('');
  const drawnAlike = isDeepStrictEqual(sampleOf(a.coverage), sampleOf(b.coverage));
  const warning = drawnAlike
    ? 'Both runs are SAMPLED, drawn alike: what is the same or differs is so in the rows that were drawn.\n'
    : 'SAMPLED is compared with what was drawn otherwise, or with all rows: what is new, gone or changed below, counts and sums above all, may come from that alone.\n';
  return `${warning}${lines}`;
}

function verdict({ same_fingerprint, same_report, findings }: RunComparison): string {
  const counts = `${findings.new.length} new, ${findings.gone.length} gone, ${findings.changed.length} changed, ${findings.same} the same`;
  if (same_report) {
    const why = same_fingerprint ? 'the fingerprints are the same' : 'although the fingerprints differ';
    return `The two reports are the same, byte for byte (${why}).\n`;
  }
  const warning = same_fingerprint
    ? 'The fingerprints are the same, so the reports should be, unless a run is PARTIAL, or a plugin had the network or a setting from the environment.\n'
    : '';
  return `Findings: ${counts}.\n${warning}`;
}

function findingsText({ findings, data }: RunComparison): string[] {
  const [isNew, isGone] =
    data.relation === 'two_datasets' ? ['Only in B', 'Only in A'] : ['New in B', 'Gone in B'];
  return [
    ...ofOne(isNew, findings.new, 'A'),
    ...ofOne(isGone, findings.gone, 'B'),
    findings.changed.length === 0 ? '' : `Changed\n${findings.changed.map(changedText).join('')}`,
  ];
}

type FindingOfOne = RunComparison['findings']['new'][number];

/** What one run alone claims: first what the other looked for too, then by reason what it did not look for. */
function ofOne(title: string, found: readonly FindingOfOne[], other: string): string[] {
  const line = (one: FindingOfOne) => `  ${one.title} [${one.plugin_id}]\n`;
  const looked = found.filter((one) => one.other_run === 'looked');
  const reasons = Map.groupBy(
    found.filter((one) => one.other_run !== 'looked'),
    ({ reason }) => reason,
  );
  return [
    looked.length === 0 ? '' : `${title}\n${looked.map(line).join('')}`,
    ...Array.from(
      reasons,
      ([reason, some]) => `${title}, where ${other} did not look (${reason})\n${some.map(line).join('')}`,
    ),
  ];
}

/** The changed numbers, and both titles where they differ; a statement that follows its numbers is not repeated. */
function changedText(changed: RunComparison['findings']['changed'][number]): string {
  const numbers = changed.changes.filter((change) => !['statement', 'items'].includes(change.what));
  const values = numbers.map(({ what, a, b }) => {
    const [before, after] = [shownOf(what, a, changed.unit), shownOf(what, b, changed.unit)];
    const alike = before.text === after.text;
    const text = ({ text: short, full }: Shown) => (alike ? (full ?? short) : short);
    return `    ${what.replaceAll('_', ' ')}: ${text(before)} → ${text(after)}\n`;
  });
  const texts =
    numbers.length > 0 ? [] : [`    A: ${changed.a.statement}\n`, `    B: ${changed.b.statement}\n`];
  const title =
    changed.a.title === changed.b.title ? changed.b.title : `${changed.a.title} → ${changed.b.title}`;
  return `  ${title} [${changed.plugin_id}]\n${values.join('')}${texts.join('')}`;
}

type Value = number | string | null;

/** A value as the report shows it: in its unit where it is an estimate. */
function shownOf(what: string, value: Value, unit: string | null): Shown {
  if (what === 'q_value' && typeof value === 'number')
    return { text: formatProbability(value), full: String(value) };
  const isEstimate = ['estimate', 'interval_low', 'interval_high'].includes(what);
  return formatValue({ value, ...(isEstimate && unit !== null && { unit }) });
}

function differencesText(title: string, differences: RunComparison['input']): string {
  if (differences.length === 0) return `${title}: no difference.\n`;
  const rows = differences.map(({ key, a, b }) => [key, shown(a), shown(b)]);
  return `${title}\n${table([['', 'A', 'B'], ...rows])}`;
}

function shown(text: string | null): string {
  if (text === null) return '(absent)';
  return text.startsWith('sha256:') ? short(text) : text;
}

function metricsText({ metrics }: RunComparison): string {
  if (metrics.changed.length === 0) return '';
  const rows = metrics.changed.map(({ plugin_id, name, a, b }) => [
    `${plugin_id}.${name}`,
    formatFieldValue(a ?? { value: null }),
    formatFieldValue(b ?? { value: null }),
  ]);
  return `Metrics\n${table([['', 'A', 'B'], ...rows])}`;
}
