import { Command } from 'commander';
import { type Restoration, restoreBackup } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { appdataOption, appOptions, type CommonOptions, jsonOption } from '../options.ts';
import { printable } from '../terminal.ts';
import { typedCommand } from '../typed-command.ts';
import { short } from '../words.ts';

export function restoreCommand({ terminal }: CommandContext): Command {
  return new Command('restore')
    .description('Put a backup in the place of the state database, once it was checked; keep what was there.')
    .argument('<backup>', 'file, name of one in the backups folder, or latest: the newest that is whole')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  stat-harness restore latest')
    .action(async (backup: string, options: CommonOptions) => {
      const done = await restoreBackup({ backup, ...appOptions(options, { create: true }) });
      terminal.out(options.json ? `${JSON.stringify(done)}\n` : printable(restorationText(done, options)));
    });
}

function restorationText(done: Restoration, options: CommonOptions): string {
  const unknown = done.unknown_runs.map((id) => `  ${short(id)} lies in runs/, but is not listed\n`);
  const missing = done.missing_runs.map((id) => `  ${short(id)} is listed, but its folder is gone\n`);
  const plugins = [
    ...done.unknown_plugins.map((path) => `  ${path} holds a plugin that is not listed\n`),
    ...done.missing_plugins.map((plugin) => `  the plugin ${plugin} is listed, but its folder is gone\n`),
  ];
  const adopt = `the next run lists them again where they are whole; or now: ${typedCommand(['runs', 'adopt'], options)}\n`;
  const doctor = `what can be done: ${typedCommand(['doctor'], options)}\n`;
  return [
    `restored ${done.restored}: ${done.runs} ${done.runs === 1 ? 'run' : 'runs'}\n`,
    done.replaced === null ? '' : `what was there is kept as ${done.replaced}\n`,
    ...unknown,
    unknown.length > 0 ? adopt : '',
    ...missing,
    ...plugins,
    missing.length + plugins.length > 0 ? doctor : '',
  ].join('');
}
