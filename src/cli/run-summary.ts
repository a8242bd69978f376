import { resolve } from 'node:path';
import type { RunSummary } from '../contract/index.ts';
import type { CommonOptions } from './options.ts';
import { printable, table } from './terminal.ts';
import { typedCommand } from './typed-command.ts';
import { coverageText, oneLine } from './words.ts';

/** The exit code that a run's end stands for. */
export function exitCodeOf(summary: Pick<RunSummary, 'status'>): number {
  if (summary.status === 'COMPLETED') return 0;
  if (summary.status === 'CANCELLED') return 130;
  return summary.status === 'PARTIAL' ? 3 : 5;
}

/** As the report counts them: those that tell the same by other means are named apart. */
function findingsText({ findings, repeated, facts }: RunSummary['counts']): string {
  const again = repeated === 0 ? '' : `, ${repeated} more that tell the same by other means`;
  return `${findings - repeated}${again}; ${facts} facts about the columns`;
}

/** How a run ended, and what is not in its report. `out`: where the report was copied to. */
export function summaryText(
  summary: RunSummary,
  { out, ...options }: Pick<CommonOptions, 'appdata'> & { readonly out?: string },
): string {
  const { counts } = summary;
  const missing = summary.missing_plugins.map(
    ({ id, status, reason, log }) =>
      `  ${id}: ${status}, ${oneLine(reason)}${log === undefined ? '' : `\n    its log: ${log}`}`,
  );
  const disabled = summary.disabled_plugins.map(
    (id) => `  ${id}: disabled; to let it run: ${typedCommand(['plugins', 'enable', id], options)}`,
  );
  const finished = summary.status === 'COMPLETED' || summary.status === 'PARTIAL';
  const names = [
    ['status', summary.status],
    ['run id', summary.run_id],
    ['fingerprint', summary.run_fingerprint],
  ];
  if (!finished) {
    const goOn = typedCommand(['runs', 'resume', summary.run_id], options);
    const next = summary.status === 'CANCELLED' ? [['to go on', goOn]] : [];
    const why = summary.status === 'FAILED' ? missing.map((line) => `${line}\n`) : [];
    const coverage = ['coverage', coverageText(summary.coverage)];
    return printable(table([...names, coverage, ['report', 'none; logs stay'], ...next]) + why.join(''));
  }
  const lines = [
    ...names,
    ['coverage', coverageText(summary.coverage)],
    ['findings', findingsText(counts)],
    [
      'plugins',
      `${counts.plugins_ok} ok (${counts.plugins_reused} reused), ${counts.plugins_failed} failed, ` +
        `${counts.plugins_not_applicable} not applicable`,
    ],
    ['report', summary.report_path ?? 'none'],
    ...(out === undefined ? [] : [['copied to', resolve(out)]]),
  ];
  const notes = (summary.notes ?? []).map((note) => `note: ${note}\n`).join('');
  return printable(table(lines) + notes) + listed([...missing, ...disabled]) + printable(erpText(summary));
}

function listed(missing: readonly string[]): string {
  return missing.length > 0 ? printable(`not in the report:\n${missing.join('\n')}\n`) : '';
}

/** What the run says of each known issue; first whatever a strict one has to warn of. */
function erpText({ erp }: RunSummary): string {
  if (erp === undefined) return '';
  const rows = erp.known_issues.map(({ outcome, id, title, reason }) => [
    '',
    outcome,
    id,
    `${title}: ${oneLine(reason)}`,
  ]);
  const loud = erp.known_issues
    .filter(({ strict, outcome }) => strict && outcome !== 'confirmed')
    .map(({ title, outcome }) => `warning: the strict known issue "${title}" is ${outcome}\n`);
  const listed = rows.length === 0 ? '' : `known issues of the ERP "${erp.name}":\n${table(rows)}`;
  return `${loud.join('')}${listed}`;
}
