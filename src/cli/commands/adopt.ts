import { Command } from 'commander';
import { type Adoption, adoptRuns } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { appdataOption, type CommonOptions, jsonOption, withApp } from '../options.ts';
import { printable } from '../terminal.ts';
import { typedCommand } from '../typed-command.ts';

export function adoptCommand({ terminal, exit }: CommandContext): Command {
  return new Command('adopt')
    .description(
      'List runs again whose folders are whole but which the database does not know: after a restore.',
    )
    .argument('[run...]', 'ids of runs or the start of them (default: all that were not set aside)')
    .option('--apart', 'set aside in lost-found/ those that can not be listed')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  stat-harness runs adopt')
    .action(async (names: string[], options: CommonOptions & { apart?: boolean }) => {
      const done = await withApp(options, (app) => adoptRuns(app, { names, apart: options.apart === true }));
      terminal.out(options.json ? `${JSON.stringify(done)}\n` : printable(adoptionText(done, options)));
      exit(done.left.length === 0 ? 0 : 4);
    });
}

function adoptionText({ adopted, in_trash, left, set_aside }: Adoption, options: CommonOptions): string {
  const lines = [
    ...adopted.map((id) =>
      in_trash.includes(id)
        ? `${id} is known again, and in the trash; it is taken back with: ${typedCommand(['runs', 'undelete', id], options)}\n`
        : `${id} is listed again\n`,
    ),
    ...left.map(({ run_id, reason, path }) => `${run_id} is left in ${path}: ${reason}\n`),
    ...set_aside.map(({ run_id, reason, path }) => `${run_id} was set aside in ${path}: ${reason}\n`),
  ];
  return lines.length === 0 ? 'every folder of a run is known\n' : lines.join('');
}
