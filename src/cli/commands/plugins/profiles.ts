import { Command } from 'commander';
import { profilesInForce } from '../../../engine/index.ts';
import type { CommandContext } from '../../command-context.ts';
import {
  appdataOption,
  besideApp,
  configFileOf,
  jsonOption,
  type PluginFolderOptions,
  pluginDirectoryOption,
} from '../../options.ts';
import { documentText, printable, table } from '../../terminal.ts';

interface ProfilesOptions extends PluginFolderOptions {
  readonly config?: string;
}

export function profiles({ terminal }: CommandContext): Command {
  return new Command('profiles')
    .description('What plugins of each type may use without an approval, and their limits.')
    .option('--config <file>', 'lay the policy of this configuration over it')
    .addOption(pluginDirectoryOption())
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  stat-harness plugins profiles --config strict.yaml')
    .action(async (options: ProfilesOptions) => {
      const file = await configFileOf(options);
      const found = await besideApp(options, (app) => profilesInForce(app, file, options.pluginDir ?? []));
      if (options.json) return terminal.out(documentText('plugin_profiles.v1', found));
      const rows = Object.entries(found.profiles).flatMap(([type, { capabilities, limits }]) => [
        [type, 'capabilities', capabilities.join(', ') || 'none'],
        ...Object.entries(limits).map(([name, value]) => [type, name, String(value)]),
      ]);
      const from = (type = '', name = '') =>
        found.sources[`policy.profiles.${type}.${name === 'capabilities' ? name : `limits.${name}`}`] ?? '';
      const lines = rows.map(([type = '', name = '', value = '']) => [type, name, value, from(type, name)]);
      terminal.out(printable(table([['type', 'what', 'at most', 'from'], ...lines])));
    });
}
