import { Command } from 'commander';
import { listPlugins, showPlugin } from '../../../engine/index.ts';
import type { CommandContext } from '../../command-context.ts';
import {
  appdataOption,
  besideApp,
  type CommonOptions,
  jsonOption,
  pluginDirectoryOption,
} from '../../options.ts';
import { printable, table } from '../../terminal.ts';

interface PluginOptions extends CommonOptions {
  readonly pluginDir?: string[];
}

export function list({ terminal }: CommandContext): Command {
  return withCommon(new Command('list').description('Every plugin with its question.')).action(
    async (options: PluginOptions) => {
      const plugins = await besideApp(options, () => listPlugins(options.pluginDir ?? []));
      const rows = plugins.map((plugin) => [plugin.id, plugin.version, plugin.claim, plugin.question]);
      terminal.out(
        options.json
          ? `${JSON.stringify(plugins)}\n`
          : printable(table([['plugin', 'version', 'claims are', 'answers'], ...rows])),
      );
    },
  );
}

export function show({ terminal }: CommandContext): Command {
  return withCommon(
    new Command('show')
      .description("A plugin's manifest, settings and hashes.")
      .argument('<plugin>', 'its id'),
  ).action(async (id: string, options: PluginOptions) => {
    const plugin = await besideApp(options, () => showPlugin(id, options.pluginDir ?? []));
    if (options.json) return terminal.out(`${JSON.stringify(plugin)}\n`);
    const { manifest } = plugin;
    const facts = [
      ['plugin', `${manifest.id} ${manifest.version}`],
      ['title', manifest.title],
      ['answers', manifest.question],
      ['method', `${manifest.method.name} (${manifest.method.reference})`],
      ['claims are', manifest.claim],
      [
        'needs roles',
        manifest.needs.roles.map((alternatives) => alternatives.join(' or ')).join(', ') || 'none',
      ],
      ['may', manifest.capabilities_required.join(', ')],
      ['limits', `${manifest.limits.wall_s} s, ${manifest.limits.memory_mb} MB`],
      ['code', plugin.code_sha256],
    ];
    const settings = plugin.settings.map((setting) => [setting.key, setting.default, setting.description]);
    const lists = [
      ...manifest.assumptions.map((text) => `assumes: ${text}\n`),
      ...manifest.misleads_when.map((text) => `misleads when: ${text}\n`),
    ];
    terminal.out(
      printable(
        `${table(facts)}\n${table([['setting', 'default', 'meaning'], ...settings])}\n${lists.join('')}`,
      ),
    );
  });
}

function withCommon(command: Command): Command {
  return command.addOption(appdataOption()).addOption(jsonOption()).addOption(pluginDirectoryOption());
}
