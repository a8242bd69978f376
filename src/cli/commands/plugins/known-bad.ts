import { Command } from 'commander';
import { addKnownBad, type KnownBadEntry, listKnownBad, removeKnownBad } from '../../../engine/index.ts';
import type { CommandContext } from '../../command-context.ts';
import {
  appdataOption,
  besideApp,
  type CommonOptions,
  jsonOption,
  positiveInteger,
  withApp,
  withNewApp,
} from '../../options.ts';
import { documentText, printable, table } from '../../terminal.ts';

interface AddOptions extends CommonOptions {
  readonly engines: string;
  readonly with?: string;
  readonly reason: string;
}

export function knownBad(context: CommandContext): Command {
  const group = new Command('known-bad').description('Combinations of plugins and engines that are not run.');
  for (const make of [list, add, remove]) group.addCommand(make(context));
  return group;
}

function list({ terminal }: CommandContext): Command {
  return new Command('list')
    .description('What this engine knows not to work, and what you added.')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .action(async (options: CommonOptions) => {
      const entries = await besideApp(options, async (app) => listKnownBad(app));
      if (options.json) return terminal.out(`${JSON.stringify(entries)}\n`);
      const rows = entries.map((entry) => [
        entry.id === null ? entry.from : String(entry.id),
        ...wordsOf(entry),
      ]);
      const text =
        rows.length === 0
          ? 'Nothing is known to be bad.\n'
          : table([['id', 'plugin', 'engines', 'together with', 'because'], ...rows]);
      terminal.out(printable(text));
    });
}

function add({ terminal }: CommandContext): Command {
  return new Command('add')
    .description('Refuses a combination in all runs from now on.')
    .argument('<plugin>', 'its id, or ID@RANGE such as presence@1.2.x')
    .requiredOption('--reason <text>', 'why')
    .option('--engines <range>', 'only with these versions of the engine', '*')
    .option('--with <plugin>', 'only together with this plugin, ID or ID@RANGE')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  stat-harness plugins known-bad add presence@1.2.x --reason "counts nulls twice"',
    )
    .action(async (plugin: string, options: AddOptions) => {
      const { engines, reason } = options;
      const added = await withNewApp(options, async (app) =>
        addKnownBad(app, { plugin, engines, other: options.with, reason }),
      );
      terminal.out(
        options.json ? documentText('known_bad_entry.v1', added) : told('is refused from now on', added),
      );
    });
}

function remove({ terminal }: CommandContext): Command {
  return new Command('remove')
    .description('Takes one of yours out again.')
    .argument('<id>', 'its number in the list', positiveInteger)
    .addOption(appdataOption())
    .addOption(jsonOption())
    .action(async (id: number, options: CommonOptions) => {
      const removed = await withApp(options, async (app) => removeKnownBad(app, id));
      terminal.out(
        options.json ? documentText('known_bad_entry.v1', removed) : told('is not refused any more', removed),
      );
    });
}

function wordsOf(entry: KnownBadEntry): string[] {
  const other = entry.other_id === null ? '' : `${entry.other_id} ${entry.other_versions ?? ''}`;
  return [`${entry.plugin_id} ${entry.versions}`, entry.engines, other, entry.reason];
}

function told(what: string, entry: KnownBadEntry): string {
  const beside =
    entry.other_id === null ? '' : ` together with ${entry.other_id} ${entry.other_versions ?? ''}`;
  return printable(`${entry.plugin_id} ${entry.versions}${beside} ${what} (number ${entry.id ?? ''}).\n`);
}
