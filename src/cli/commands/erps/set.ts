import { Command, InvalidArgumentError, Option } from 'commander';
import { encodingNamed } from '../../../contract/index.ts';
import { setErp } from '../../../engine/index.ts';
import type { CommandContext } from '../../command-context.ts';
import { parseSetting } from '../../load-config.ts';
import {
  appdataOption,
  type CommonOptions,
  collected,
  collectPairs,
  jsonOption,
  withApp,
} from '../../options.ts';
import { printable } from '../../terminal.ts';

interface SetOptions extends CommonOptions {
  readonly unset?: string[];
  readonly dataset?: string[];
  readonly confirmRoles?: string[];
  readonly acceptSchema?: string[];
}

/** `erps set`: defaults, datasets, and what the operator confirms. */
export function set({ terminal }: CommandContext): Command {
  const named = (flags: string, what: string) => new Option(flags, what).argParser(collected);
  return new Command('set')
    .description('Changes the defaults of an ERP, or confirms what was taken of a dataset.')
    .argument('<erp>', 'its name')
    .argument(
      '[values...]',
      'KEY=VALUE: description, ingest.KEY, ingest.types.COLUMN, process.KEY, plugins.ID.KEY',
    )
    .addOption(named('--unset <key>', 'take a default out; may be given again'))
    .addOption(named('--dataset <name>', 'a dataset that belongs to it from now on; may be given again'))
    .addOption(
      named(
        '--confirm-roles <dataset>',
        'the roles of the columns of this dataset are right; may be given again',
      ),
    )
    .addOption(
      named(
        '--accept-schema <dataset>',
        'the columns of this dataset are as they may be; may be given again',
      ),
    )
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  stat-harness erps set quorum process.threshold_s=120 "process.watchdog_activities=[JOBWATCH]"',
    )
    .action(async (name: string, words: readonly string[], options: SetOptions) => {
      const values = words.reduce<Record<string, string>>((found, word) => pair(word, found), {});
      const {
        unset = [],
        dataset: datasets = [],
        confirmRoles = [],
        acceptSchema: acceptSchemas = [],
      } = options;
      const parsed = Object.entries(values).map(([key, text]) => [key, parsedValue(key, text)]);
      const erp = await withApp(options, (app) =>
        setErp(app, {
          ...{ name, unset, datasets, confirmRoles, acceptSchemas },
          values: Object.fromEntries(parsed),
        }),
      );
      terminal.out(
        options.json ? `${JSON.stringify(erp)}\n` : printable(`The ERP "${erp.name}" is changed.\n`),
      );
    });
}

function pair(word: string, found: Record<string, string>): Record<string, string> {
  try {
    return collectPairs(word, found);
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw new InvalidArgumentError(`"${word}": ${error.message}`);
    throw error;
  }
}

/** One character is what it is; everything else is read as in `--set`. */
function parsedValue(key: string, text: string): unknown {
  if (key === 'ingest.delimiter' || key === 'ingest.quote')
    return text === '\\t' || text === 'tab' ? '\t' : text;
  if (key === 'ingest.encoding') return encodingNamed(text) ?? text;
  return key === 'description' || key.startsWith('ingest.types.') ? text : parseSetting(text);
}
