import { Command } from 'commander';
import { installPlugins, type PackedPlugin, packPlugin } from '../../../engine/index.ts';
import type { CommandContext } from '../../command-context.ts';
import {
  appdataOption,
  type CommonOptions,
  jsonOption,
  quietOption,
  withApp,
  withNewApp,
} from '../../options.ts';
import { printable, table } from '../../terminal.ts';
import { tellChanges } from './tell-changes.ts';

interface PackOptions extends CommonOptions {
  readonly out?: string;
  readonly force?: boolean;
}

export function pack({ terminal }: CommandContext): Command {
  return new Command('pack')
    .description('A plugin as one file that can be mailed and installed: the same bytes each time.')
    .argument('<folder>', 'the folder with its plugin.json')
    .option('--out <file>', 'the file to write (default: ID-VERSION.shplugin.zip here)')
    .option('--force', 'write over a file that exists')
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', '\nExample:\n  stat-harness plugins pack my-plugins/presence')
    .action(async (folder: string, options: PackOptions) => {
      const { out, force } = options;
      const packed = await packPlugin({ folder, ...(out && { out }), overwrite: force === true });
      for (const warning of packed.warnings) terminal.err(printable(`warning: ${warning}\n`));
      if (options.json) return terminal.out(`${JSON.stringify(packed)}\n`);
      terminal.out(printable(packedText(packed)));
    });
}

function packedText({ path, sha256, contents }: PackedPlugin): string {
  const files = contents.files.map((file) => [`  ${file.path}`, `${file.bytes} bytes, ${file.sha256}`]);
  return table([
    ['bundle', path],
    ['sha256', sha256],
    ['plugin', `${contents.id} ${contents.version}`],
    ['code', contents.code_sha256],
    ...files,
  ]);
}

export function install(context: CommandContext): Command {
  return receiving(context, {
    name: 'install',
    description: 'Installs bundles, each beside the versions that are there, and makes it the active one.',
    update: false,
  });
}

export function update(context: CommandContext): Command {
  return receiving(context, {
    name: 'update',
    description: 'Installs bundles that are newer than the versions that are there.',
    update: true,
  });
}

function receiving(
  { terminal }: CommandContext,
  {
    name,
    description,
    update,
  }: { readonly name: string; readonly description: string; readonly update: boolean },
): Command {
  return new Command(name)
    .description(description)
    .argument('<files...>', 'bundles that "plugins pack" wrote')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', `\nExample:\n  stat-harness plugins ${name} presence-1.0.0.shplugin.zip`)
    .action(async (files: string[], options: CommonOptions) => {
      const open = update ? withApp : withNewApp;
      const done = await open(options, (app) => installPlugins(app, { files, update }));
      tellChanges(terminal, done, options);
    });
}
