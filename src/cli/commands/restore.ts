import { Command } from 'commander';
import { type Restoration, restoreBackup } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { appdataOption, appOptions, type CommonOptions, jsonOption } from '../options.ts';
import { printable } from '../terminal.ts';
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
      terminal.out(options.json ? `${JSON.stringify(done)}\n` : printable(restorationText(done)));
    });
}

function restorationText(done: Restoration): string {
  const unknown = done.unknown_runs.map((id) => `  ${short(id)} lies in runs/, but is not listed\n`);
  const missing = done.missing_runs.map((id) => `  ${short(id)} is listed, but its folder is gone\n`);
  const more = unknown.length + missing.length > 0 ? 'what can be done: stat-harness doctor\n' : '';
  return [
    `restored ${done.restored}: ${done.runs} runs\n`,
    done.replaced === null ? '' : `what was there is kept as ${done.replaced}\n`,
    ...unknown,
    ...missing,
    more,
  ].join('');
}
