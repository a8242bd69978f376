import { Command } from 'commander';
import { healthOfPlugins } from '../../../engine/index.ts';
import type { CommandContext } from '../../command-context.ts';
import {
  appdataOption,
  besideApp,
  jsonOption,
  type PluginFolderOptions,
  pluginDirectoryOption,
} from '../../options.ts';
import { printable, table } from '../../terminal.ts';

export function health(context: CommandContext): Command {
  return new Command('health')
    .description('Ask plugins whether they can work on this machine; exit code 6 where one can not.')
    .argument('[plugin...]', 'their ids (default: all)')
    .addOption(pluginDirectoryOption())
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  stat-harness plugins health profile_basic\n')
    .action(async (ids: string[], options: PluginFolderOptions) => {
      const found = await besideApp(options, (app) => healthOfPlugins(app, ids, options.pluginDir ?? []));
      const rows = found.map((one) => [
        one.id,
        one.version,
        one.health === 'unchecked' ? 'nothing to check' : one.health,
        one.reason,
      ]);
      context.terminal.out(
        options.json
          ? `${JSON.stringify(found)}\n`
          : printable(table([['plugin', 'version', 'health', 'why'], ...rows])),
      );
      if (found.some((one) => one.health === 'unhealthy')) context.exit(6);
    });
}
