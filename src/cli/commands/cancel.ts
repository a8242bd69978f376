import { Command } from 'commander';
import { cancelRun } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { appdataOption, type CommonOptions, jsonOption, withApp } from '../options.ts';
import { printable } from '../terminal.ts';

interface CancelOptions extends CommonOptions {
  readonly ownerIsGone?: boolean;
}

export function cancelCommand({ terminal }: CommandContext): Command {
  return new Command('cancel')
    .description('End a run that is under way or waits; its logs stay, and it can be resumed.')
    .argument('[run]', 'id of a run, the start of it, or latest', 'latest')
    .option(
      '--owner-is-gone',
      'the process of the run can not be seen from here, and you know that it is gone',
    )
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  stat-harness runs cancel latest')
    .action(async (id: string, options: CancelOptions) => {
      const ended = await withApp(options, (app) =>
        cancelRun(app, id, { ownerIsGone: options.ownerIsGone === true }),
      );
      const why = ended.reason === '' ? '' : `: ${ended.reason}`;
      terminal.out(
        options.json ? `${JSON.stringify(ended)}\n` : printable(`${ended.run_id} ${ended.status}${why}\n`),
      );
    });
}
