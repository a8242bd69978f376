import { Command } from 'commander';
import { HarnessError } from '../../../base/index.ts';
import {
  type App,
  type PluginChanges,
  removePlugins,
  rollBackPlugin,
  setPluginsEnabled,
} from '../../../engine/index.ts';
import type { CommandContext } from '../../command-context.ts';
import {
  appdataOption,
  type CommonOptions,
  jsonOption,
  quietOption,
  withApp,
  withNewApp,
} from '../../options.ts';
import { tellChanges } from './tell-changes.ts';

export function rollback(context: CommandContext): Command {
  return changing<{ readonly to?: string }>(
    context,
    new Command('rollback')
      .description('Makes the version active that was active before, or one that is named.')
      .option('--to <version>', 'an installed version'),
    (app, [id = ''], { to }) => rollBackPlugin(app, id, to),
    { several: false },
  );
}

export function enable(context: CommandContext): Command {
  return changing(
    context,
    new Command('enable').description('Lets plugins run again that were disabled.'),
    (app, ids) => setPluginsEnabled(app, ids, true),
    { open: withNewApp },
  );
}

export function disable(context: CommandContext): Command {
  return changing(
    context,
    new Command('disable').description('Takes plugins, built in or installed, out of all runs.'),
    (app, ids) => setPluginsEnabled(app, ids, false),
    { open: withNewApp },
  );
}

export function remove(context: CommandContext): Command {
  return changing<{ readonly version?: string }>(
    context,
    new Command('remove')
      .description('Removes installed plugins with all their versions, or one version of one, for good.')
      .option('--version <version>', 'only this version'),
    (app, ids, { version }) => {
      if (version !== undefined && ids.length > 1) throw oneOnly();
      return removePlugins(app, ids, version);
    },
  );
}

function oneOnly(): HarnessError {
  const problem = '--version goes with one plugin.';
  return new HarnessError('SH_USAGE_INVALID', { problem, command: 'plugins remove' });
}

/** A command that changes plugins and tells what became of them. */
function changing<O>(
  { terminal }: CommandContext,
  command: Command,
  change: (app: App, ids: readonly string[], options: CommonOptions & O) => Promise<PluginChanges>,
  { open = withApp, several = true }: { readonly open?: typeof withNewApp; readonly several?: boolean } = {},
): Command {
  return command
    .argument(several ? '<plugins...>' : '<plugin>', several ? 'their ids' : 'its id')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .action(async (named: string | string[], options: CommonOptions & O) => {
      const ids = [named].flat();
      const done = await open(options, (app) => change(app, ids, options));
      tellChanges(terminal, done, options);
    });
}
