import { Command } from 'commander';
import { type IngestRequest, type IngestSummary, ingestFile } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import {
  appdataOption,
  configFileOf,
  flagsOf,
  type InputOptions,
  inputOptions,
  jsonOption,
  quietOption,
  TABLES,
  withApp,
} from '../options.ts';
import { progressDisplay } from '../progress.ts';
import { printable, table } from '../terminal.ts';
import { typeText } from '../words.ts';

export function ingestCommand(context: CommandContext): Command {
  const command = new Command('ingest')
    .description(
      'File → dataset version: store it by content, type every cell, work out what the columns mean.',
    )
    .argument('<file...>', TABLES);
  for (const option of inputOptions()) command.addOption(option);
  return command
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', '\nExample:\n  stat-harness ingest sales.csv --dataset sales --json')
    .action(async (files: string[], options: InputOptions) => ingest(files, options, context));
}

async function ingest(
  files: readonly string[],
  options: InputOptions,
  { terminal }: CommandContext,
): Promise<void> {
  const progress = progressDisplay(terminal, options.quiet === true);
  const configFile = await configFileOf(options);
  try {
    const request: IngestRequest = {
      files,
      flags: flagsOf(options),
      ...(configFile && { configFile }),
      onProgress: (event) => progress.show(event),
    };
    const summary = await withApp(options, (app) => ingestFile(app, request), { create: true });
    progress.end();
    terminal.out(options.json ? `${JSON.stringify(summary)}\n` : ingestText(summary));
  } finally {
    progress.end();
  }
}

function ingestText(summary: IngestSummary): string {
  const columns = summary.columns.map((column) => {
    const roles = summary.roles.bindings.filter((binding) => binding.sql_name === column.sql_name);
    return [
      column.name,
      typeText(column.type),
      String(column.missing),
      roles.map((role) => `${role.role} (${Math.round(role.confidence * 100)} %)`).join(', '),
      roles[0]?.reasons.slice(0, 2).join('; ') ?? '',
    ];
  });
  const facts = [
    ['dataset', summary.dataset],
    ['dataset version', summary.dataset_version_id],
    ['rows', String(summary.row_count)],
    ['rejected rows', String(summary.rejected_rows)],
  ];
  const notes = summary.reports.flatMap((report) => report.notes).map((note) => `note: ${note}\n`);
  return printable(
    `${table(facts)}\n${table([['column', 'type', 'missing', 'role', 'why'], ...columns])}${notes.join('')}`,
  );
}
