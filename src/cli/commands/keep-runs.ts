import { Command } from 'commander';
import {
  type App,
  deleteRun,
  pinRun,
  type RunEntry,
  setRunAside,
  undeleteRun,
  unpinRun,
} from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { appdataOption, type CommonOptions, jsonOption, withApp } from '../options.ts';
import { documentText, printable } from '../terminal.ts';

/** Commands of `runs` that keep a run or let it go. */
export const keepCommands: readonly ((context: CommandContext) => Command)[] = [pin, unpin, remove, takeBack];

interface ChangeOptions {
  readonly withData?: boolean;
  readonly apart?: boolean;
}

/** A command that does one thing to one run and says so in a sentence. */
function change<R extends RunEntry>(
  { terminal }: CommandContext,
  command: Command,
  act: (app: App, id: string, options: ChangeOptions) => Promise<R>,
  sentence: (run: R, options: ChangeOptions) => string,
): Command {
  return command
    .argument('<run>', 'id of a run, the start of it, or latest')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .action(async (id: string, options: CommonOptions & ChangeOptions) => {
      const run = await withApp(options, (app) => act(app, id, options));
      terminal.out(
        options.json
          ? documentText('run_change.v1', run)
          : printable(`Run ${run.run_id} ${sentence(run, options)}\n`),
      );
    });
}

function remove(context: CommandContext): Command {
  const command = new Command('delete')
    .description('Put a run into the trash; "runs undelete" takes it back.')
    .option(
      '--apart',
      'set it aside in lost-found/ instead, as it is, where no time runs: one that is damaged',
    );
  return change(
    context,
    command,
    (app, id, { apart = false }) => (apart ? setRunAside(app, id) : deleteRun(app, id)),
    (_, { apart = false }) => (apart ? 'is set aside; "runs lost" shows it.' : 'is in the trash.'),
  );
}

function takeBack(context: CommandContext): Command {
  const command = new Command('undelete').description('Take a run out of the trash, with the bytes it had.');
  return change(context, command, undeleteRun, ({ was_deleted }) =>
    was_deleted ? 'is in the list again.' : 'is in the list: it was not deleted.',
  );
}

function pin(context: CommandContext): Command {
  const command = new Command('pin')
    .description('Keep a run whatever the retention policy says.')
    .option('--with-data', 'keep also what it was made of, so that it can be computed again');
  return change(
    context,
    command,
    (app, id, { withData = false }) => pinRun(app, id, { withData }),
    ({ pinned }) => (pinned === 'data' ? 'is kept, with its data.' : 'is kept.'),
  );
}

function unpin(context: CommandContext): Command {
  const command = new Command('unpin').description('Let the retention policy decide about a run again.');
  return change(context, command, unpinRun, () => 'is not pinned.');
}
