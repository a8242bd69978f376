import { relative } from 'node:path';
import { Command, Option } from 'commander';
import { quoted } from '../../../base/index.ts';
import { listPlugins, type NewPluginRequest, newPlugin } from '../../../engine/index.ts';
import type { CommandContext } from '../../command-context.ts';
import { appdataOption, besideApp, type CommonOptions, jsonOption } from '../../options.ts';
import { documentText, printable } from '../../terminal.ts';

interface NewOptions extends CommonOptions {
  readonly out: string;
  readonly type: NewPluginRequest['type'];
  readonly js?: boolean;
}

export function create({ terminal }: CommandContext): Command {
  return new Command('new')
    .description('Write a plugin that works, with a test, to begin from.')
    .argument('<name>', 'id of the plugin: small letters, digits and _')
    .addOption(new Option('--out <dir>', 'folder that gets the folder of the plugin').default('my-plugins'))
    .addOption(new Option('--type <type>', 'what it is').choices(['analysis', 'profile']).default('analysis'))
    .addOption(new Option('--js', 'JavaScript instead of TypeScript'))
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  stat-harness plugins new top_share\n')
    .action(async (id: string, options: NewOptions) => {
      const made = await besideApp(options, async (app) =>
        newPlugin({
          id,
          out: options.out,
          type: options.type,
          language: options.js === true ? 'js' : 'ts',
          taken: (await listPlugins(app, [])).map((plugin) => plugin.id),
        }),
      );
      for (const warning of made.warnings) terminal.err(printable(`warning: ${warning}\n`));
      if (options.json) return terminal.out(documentText('new_plugin.v1', made));
      const shown = relative('.', made.folder) || made.folder;
      terminal.out(
        printable(
          `${made.files.map((file) => `wrote ${file}\n`).join('')}\n` +
            `Test it, hold it against every rule, and run it:\n` +
            `  npm test --prefix ${quoted(options.out)}\n` +
            `  stat-harness plugins validate ${quoted(shown)}\n` +
            `  stat-harness run ${quoted(relative('.', made.example))} --plugin-dir ${quoted(options.out)} --plugins ${id}\n`,
        ),
      );
    });
}
