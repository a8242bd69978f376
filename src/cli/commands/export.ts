import { basename } from 'node:path';
import { Command, Option } from 'commander';
import { type ExportSummary, exportRun } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { appdataOption, type CommonOptions, jsonOption, quietOption, withApp } from '../options.ts';
import { printable, table } from '../terminal.ts';
import { coverageText } from '../words.ts';

interface ExportOptions extends CommonOptions {
  readonly out: string;
  readonly includeData?: boolean;
  readonly logs: boolean;
  readonly force?: boolean;
}

export function exportCommand({ terminal }: CommandContext): Command {
  return new Command('export')
    .description(
      'A run as a repro pack: one zip with report, results, evidence, hashes and schemas that anyone can check.',
    )
    .argument('[run]', 'id of a run, the start of it, or latest', 'latest')
    .requiredOption('--out <file>', 'the zip file to write')
    .option('--include-data', 'also the uploaded files and the typed tables (left out unless you say so)')
    .addOption(new Option('--no-logs', 'leave the logs and the journal out'))
    .option('--force', 'write over a file that exists')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', '\nExample:\n  stat-harness export latest --out findings.zip')
    .action(async (id: string, options: ExportOptions) => {
      const done = await withApp(options, (app) =>
        exportRun(app, id, {
          out: options.out,
          data: options.includeData === true,
          logs: options.logs,
          overwrite: options.force === true,
        }),
      );
      if (options.json) return terminal.out(`${JSON.stringify(done)}\n`);
      terminal.out(printable(exportText(done)));
    });
}

function exportText({ path, sha256, bytes, files, contents }: ExportSummary): string {
  const { includes } = contents;
  const rows = [
    ['pack', `${path}, ${files} files, ${bytes} bytes`],
    ['sha256', sha256],
    ['run', contents.run_id],
    ['coverage', coverageText(contents.coverage)],
    ['data', includes.data ? 'included' : 'not included (--include-data)'],
    ['logs', includes.logs ? 'included' : 'not included'],
    ['content', contents.content_sha256],
  ];
  return `${table(rows)}Whoever gets it checks it with "stat-harness verify ${basename(path)}", or unpacks it and says "sha256sum -c manifest-sha256.txt".\n`;
}
