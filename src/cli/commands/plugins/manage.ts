import { Command } from 'commander';
import {
  type App,
  type PluginChanges,
  removePlugin,
  rollBackPlugin,
  setPluginEnabled,
} from '../../../engine/index.ts';
import type { CommandContext } from '../../command-context.ts';
import { appdataOption, type CommonOptions, jsonOption, quietOption, withApp } from '../../options.ts';
import { tellChanges } from './tell-changes.ts';

export function rollback(context: CommandContext): Command {
  return changing<{ readonly to?: string }>(
    context,
    new Command('rollback')
      .description('Makes the version active that was active before, or one that is named.')
      .option('--to <version>', 'an installed version'),
    (app, id, { to }) => rollBackPlugin(app, id, to),
  );
}

export function enable(context: CommandContext): Command {
  return changing(
    context,
    new Command('enable').description('Lets a plugin run again that was disabled.'),
    (app, id) => setPluginEnabled(app, id, true),
    { create: true },
  );
}

export function disable(context: CommandContext): Command {
  return changing(
    context,
    new Command('disable').description('Takes a plugin, built in or installed, out of all runs.'),
    (app, id) => setPluginEnabled(app, id, false),
    { create: true },
  );
}

export function remove(context: CommandContext): Command {
  return changing<{ readonly version?: string }>(
    context,
    new Command('remove')
      .description('Removes an installed plugin with all its versions, or one version of it, for good.')
      .option('--version <version>', 'only this version'),
    (app, id, { version }) => removePlugin(app, id, version),
  );
}

/** A command that changes one plugin and tells what became of it. */
function changing<O>(
  { terminal }: CommandContext,
  command: Command,
  change: (app: App, id: string, options: CommonOptions & O) => Promise<PluginChanges>,
  how: { readonly create?: boolean } = {},
): Command {
  return command
    .argument('<plugin>', 'its id')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .action(async (id: string, options: CommonOptions & O) => {
      tellChanges(terminal, await withApp(options, (app) => change(app, id, options), how), options);
    });
}
