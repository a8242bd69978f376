import { Command, Option } from 'commander';
import { type ExitCode, HarnessError } from '../../../base/index.ts';
import type { PluginValidation } from '../../../contract/index.ts';
import { validatePlugins } from '../../../engine/index.ts';
import type { CommandContext } from '../../command-context.ts';
import {
  appdataOption,
  besideApp,
  jsonOption,
  type PluginFolderOptions,
  pluginDirectoryOption,
  quietOption,
} from '../../options.ts';
import { printable } from '../../terminal.ts';

interface ValidateOptions extends PluginFolderOptions {
  readonly all?: boolean;
  readonly data?: string;
  readonly osSandbox: boolean;
}

type Validated = PluginValidation['plugins'][number];
type Check = Validated['checks'][number];

const MARKS = { pass: 'ok  ', fail: 'FAIL', warning: 'warn', not_applicable: '-   ' } as const;

export function validate(context: CommandContext): Command {
  const { terminal } = context;
  return new Command('validate')
    .description(
      'Hold plugins against everything that a plugin has to be; 0 as exit code only where all pass; 4 where a bundle was altered.',
    )
    .argument('[plugin...]', 'folders, bundles, or ids')
    .option('--all', 'every plugin there is')
    .addOption(new Option('--data <file>', 'try them on this table too, besides small built-in ones'))
    .addOption(pluginDirectoryOption())
    .option('--no-os-sandbox', 'do not use bubblewrap even where it is installed')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', '\nExample:\n  stat-harness plugins validate my-plugins/top_share\n')
    .action(async (sources: string[], options: ValidateOptions) => {
      if (sources.length > 0 === (options.all === true)) {
        const problem = 'Name plugins, or say --all.';
        throw new HarnessError('SH_USAGE_INVALID', { problem, command: 'plugins validate' });
      }
      const validation = await besideApp(options, (app) =>
        validatePlugins(app, {
          plugins: options.all === true ? 'all' : sources,
          pluginFolders: options.pluginDir ?? [],
          osSandbox: options.osSandbox ? 'auto' : 'off',
          ...(options.data !== undefined && { data: options.data }),
          onPlugin: (source) => {
            if (options.quiet !== true) terminal.err(printable(`trying ${source} …\n`));
          },
        }),
      );
      terminal.out(
        options.json
          ? `${JSON.stringify(validation)}\n`
          : printable(validation.plugins.map(shown).join('\n')),
      );
      if (!validation.passed) context.exit(exitOf(validation));
    });
}

/** That of installing it where a bundle was altered. */
function exitOf({ plugins }: PluginValidation): ExitCode {
  const codes = plugins.flatMap(({ checks }) => checks.map(({ code }) => code));
  return codes.includes('SH_BUNDLE_ALTERED') ? 4 : 2;
}

function shown({ source, id, version, checks, passed }: Validated): string {
  const name = id === null ? source : `${id} ${version}`;
  const failed = checks.filter(({ status }) => status === 'fail').length;
  const end = passed ? 'passed' : `failed: ${failed} of ${checks.length} checks`;
  return `${name}\n${checks.map(line).join('')}${name}: ${end}\n`;
}

/** A check with what was found; what to do stands once, below the last of those that it is the answer to. */
function line({ id, status, title, reason, todo }: Check, at: number, checks: readonly Check[]): string {
  const first = `  ${MARKS[status]}  ${id.padEnd(20)}  ${reason}\n`;
  if (todo === '' || checks.slice(at + 1).some((later) => later.todo === todo)) return first;
  const below = ' '.repeat(8);
  return `${first}${below}has to hold: ${title}\n${below}to do: ${todo}\n`;
}
