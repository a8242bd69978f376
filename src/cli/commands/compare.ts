import { Command } from 'commander';
import type { RunComparison } from '../../contract/index.ts';
import { compareTwoRuns } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { appdataOption, type CommonOptions, jsonOption, withApp } from '../options.ts';
import { printable, table } from '../terminal.ts';
import { short } from '../words.ts';

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

function verdict({ same_fingerprint, same_report, findings }: RunComparison): string {
  const counts = `${findings.new.length} new, ${findings.gone.length} gone, ${findings.changed.length} changed, ${findings.same} the same`;
  if (same_report) {
    const why = same_fingerprint ? 'the fingerprints are the same' : 'although the fingerprints differ';
    return `The two reports are the same, byte for byte (${why}).\n`;
  }
  const warning = same_fingerprint
    ? 'The fingerprints are the same, so the reports should be, unless a run is PARTIAL.\n'
    : '';
  return `Findings: ${counts}.\n${warning}`;
}

function findingsText({ findings }: RunComparison): string[] {
  const one = (found: RunComparison['findings']['new'][number], other: string) =>
    `  ${found.title} [${found.plugin_id}]${
      found.other_run === 'looked' ? '' : `\n    ${other} did not look for it: ${found.reason}`
    }\n`;
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? '' : `${title}\n${lines.join('')}`;
  return [
    section(
      'New in B',
      findings.new.map((found) => one(found, 'A')),
    ),
    section(
      'Gone in B',
      findings.gone.map((found) => one(found, 'B')),
    ),
    section('Changed', findings.changed.map(changedText)),
  ];
}

/** The changed numbers, and both titles where they differ; a statement that follows its numbers is not repeated. */
function changedText(changed: RunComparison['findings']['changed'][number]): string {
  const numbers = changed.changes.filter((change) => !['statement', 'items'].includes(change.what));
  const unit = changed.unit === null ? '' : ` ${changed.unit}`;
  const values = numbers.map((change) => {
    const word = ['estimate', 'interval_low', 'interval_high'].includes(change.what) ? unit : '';
    return `    ${change.what.replaceAll('_', ' ')}: ${valueText(change.a)} → ${valueText(change.b)}${word}\n`;
  });
  const texts =
    numbers.length > 0 ? [] : [`    A: ${changed.a.statement}\n`, `    B: ${changed.b.statement}\n`];
  const title =
    changed.a.title === changed.b.title ? changed.b.title : `${changed.a.title} → ${changed.b.title}`;
  return `  ${title} [${changed.plugin_id}]\n${values.join('')}${texts.join('')}`;
}

function valueText(value: number | string | null): string {
  return value === null ? 'none' : String(value);
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
    valueText(a?.value ?? null),
    valueText(b?.value ?? null),
    b?.unit ?? a?.unit ?? '',
  ]);
  return `Metrics\n${table([['', 'A', 'B', 'unit'], ...rows])}`;
}
