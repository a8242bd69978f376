import { Command } from 'commander';
import { adoptRuns } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { appdataOption, type CommonOptions, jsonOption, withApp } from '../options.ts';
import { printable } from '../terminal.ts';

export function adoptCommand({ terminal, exit }: CommandContext): Command {
  return new Command('adopt')
    .description(
      'List runs again whose folders are whole but which the database does not know: after a restore.',
    )
    .argument('[run...]', 'ids of runs or the start of them (default: all that are not known)')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  stat-harness runs adopt')
    .action(async (names: string[], options: CommonOptions) => {
      const done = await withApp(options, (app) => adoptRuns(app, names));
      const lines = [
        ...done.adopted.map((id) => `${id} is listed again\n`),
        ...done.left.map(({ run_id, reason }) => `${run_id} is left: ${reason}\n`),
      ];
      const text = lines.length === 0 ? 'every folder of a run is known\n' : lines.join('');
      terminal.out(options.json ? `${JSON.stringify(done)}\n` : printable(text));
      exit(done.left.length === 0 ? 0 : 4);
    });
}
