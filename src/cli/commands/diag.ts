import { Command } from 'commander';
import { diagnoseRun } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { appdataOption, type CommonOptions, jsonOption, quietOption, withApp } from '../options.ts';
import { printable, table } from '../terminal.ts';

interface DiagOptions extends CommonOptions {
  readonly out: string;
  readonly force?: boolean;
}

export function diagCommand({ terminal }: CommandContext): Command {
  return new Command('diag')
    .description(
      'What helps to find out why a run went as it did, as one zip: logs, manifest, report, facts of the machine. No secrets, no names.',
    )
    .argument('[run]', 'id of a run, the start of it, or latest', 'latest')
    .requiredOption('--out <file>', 'the zip file to write')
    .option('--force', 'write over a file that exists')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', '\nExample:\n  stat-harness diag latest --out diagnostics.zip')
    .action(async (id: string, options: DiagOptions) => {
      const request = { out: options.out, overwrite: options.force === true };
      const done = await withApp(options, (app) => diagnoseRun(app, id, request));
      if (options.json) return terminal.out(`${JSON.stringify(done)}\n`);
      const rows = [
        ['bundle', `${done.path}, ${done.files} files, ${done.bytes} bytes`],
        ['run', `${done.run_id}, ${done.status}`],
        ['redacted', `${done.redacted} files`],
      ];
      const note =
        'It holds the report, and with it what the report quotes of the data: look at it before you pass it on.';
      terminal.out(printable(`${table(rows)}${note}\n`));
    });
}
