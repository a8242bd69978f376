import { Command } from 'commander';
import { type DeclaredCapability, listPlugins, showPlugin } from '../../../engine/index.ts';
import { consentText } from '../../capability-words.ts';
import type { CommandContext } from '../../command-context.ts';
import {
  appdataOption,
  besideApp,
  jsonOption,
  type PluginFolderOptions,
  pluginDirectoryOption,
} from '../../options.ts';
import { documentText, printable, table } from '../../terminal.ts';

export function list({ terminal }: CommandContext): Command {
  return withCommon(new Command('list').description('Every plugin with its question.')).action(
    async (options: PluginFolderOptions) => {
      const plugins = await besideApp(options, (app) => listPlugins(app, options.pluginDir ?? []));
      const rows = plugins.map((plugin) => [
        plugin.id,
        plugin.version,
        [plugin.from, plugin.damaged && 'damaged', plugin.enabled ? '' : 'disabled']
          .filter((word) => word !== '')
          .join(', '),
        plugin.claim ?? '',
        plugin.damaged === '' ? plugin.question : `${plugin.damaged} See: plugins show ${plugin.id}`,
      ]);
      const others = plugins.flatMap(({ id, version: taken, versions }) =>
        versions
          .filter(({ active, version }) => !active && version !== taken)
          .map(({ version }) => `${id} ${version}`),
      );
      const also = others.length === 0 ? '' : `\nAlso installed, and not active: ${others.join(', ')}\n`;
      terminal.out(
        options.json
          ? `${JSON.stringify(plugins)}\n`
          : printable(`${table([['plugin', 'version', 'from', 'claims are', 'answers'], ...rows])}${also}`),
      );
    },
  );
}

export function show({ terminal }: CommandContext): Command {
  return withCommon(
    new Command('show')
      .description("A plugin's manifest, settings and hashes.")
      .argument('<plugin>', 'its id'),
  ).action(async (id: string, options: PluginFolderOptions) => {
    const plugin = await besideApp(options, (app) => showPlugin(app, id, options.pluginDir ?? []));
    if (options.json) return terminal.out(documentText('plugin_details.v1', plugin));
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
      ['limits', `${manifest.limits.wall_s} s, ${manifest.limits.memory_mb} MB`],
      ['code', plugin.code_sha256],
      ['from', `${plugin.from}, ${plugin.folder}`],
      ['enabled', plugin.enabled ? 'yes' : `no ("plugins enable ${manifest.id}" lets it run)`],
      ...plugin.versions.map((one) => [
        one.active ? 'active' : 'installed',
        `${one.version}, ${one.installed_at}, from ${one.source}, bundle ${one.bundle_sha256}`,
      ]),
    ];
    const may = plugin.capabilities.map((one) => [
      one.hosts.length === 0 ? one.capability : `${one.capability} (${one.hosts.join(', ')})`,
      grantedText(one, manifest.type),
    ]);
    const remedies = plugin.capabilities.map(({ remedy }) => remedy).filter((text) => text !== '');
    const settings = plugin.settings.map((setting) => [setting.key, setting.default, setting.description]);
    const lists = [
      ...manifest.assumptions.map((text) => `assumes: ${text}\n`),
      ...manifest.misleads_when.map((text) => `misleads when: ${text}\n`),
    ];
    terminal.out(
      printable(
        `${table(facts)}\n${table([['may', 'granted'], ...may])}\n${remedies.map((text) => `${text}\n`).join('')}${remedies.length > 0 ? '\n' : ''}${table([['setting', 'default', 'meaning'], ...settings])}\n${lists.join('')}`,
      ),
    );
  });
}

function grantedText({ capability, granted_by, approvals }: DeclaredCapability, type: string): string {
  if (granted_by === 'profile') return `by the profile of the type ${type}`;
  if (capability === 'gpu') return 'never: this engine computes without one';
  if (granted_by === 'none') return 'no: not approved for its code';
  return approvals.map(consentText).join('; ');
}

function withCommon(command: Command): Command {
  return command.addOption(appdataOption()).addOption(jsonOption()).addOption(pluginDirectoryOption());
}
