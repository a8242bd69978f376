import { Command, Option } from 'commander';
import { type App, createErp, type ProgressEvent } from '../../../engine/index.ts';
import type { CommandContext } from '../../command-context.ts';
import {
  appdataOption,
  type CommonOptions,
  jsonOption,
  quietOption,
  withApp,
  withNewApp,
} from '../../options.ts';
import { progressDisplay } from '../../progress.ts';
import { printable } from '../../terminal.ts';

interface CreateOptions extends CommonOptions {
  readonly description: string;
  readonly from?: string;
  readonly dataset?: string;
}

/** `erps create`: from nothing, or with what the schema of a table says. */
export function create({ terminal }: CommandContext): Command {
  return new Command('create')
    .description('Makes an ERP; with what can be inferred from the schema of a table.')
    .argument('<erp>', 'its name')
    .option('--description <text>', 'what it is', '')
    .addOption(
      new Option(
        '--from <file>',
        'learn columns and roles from this table; no dataset is made of it',
      ).conflicts('dataset'),
    )
    .option('--dataset <name>', 'learn from this dataset, which belongs to the ERP from now on')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', '\nExample:\n  stat-harness erps create quorum --dataset process-log')
    .action(async (name: string, options: CreateOptions) => {
      const { description, from: file, dataset } = options;
      const progress = progressDisplay(terminal, options.quiet === true);
      const onProgress = (event: ProgressEvent): void => progress.show(event);
      const from =
        file !== undefined
          ? { files: [file], flags: {}, onProgress }
          : dataset !== undefined
            ? { dataset }
            : undefined;
      const make = (app: App) => createErp(app, { name, description, ...(from && { from }) });
      try {
        const erp = await (from === undefined
          ? withNewApp(options, make)
          : withApp(options, make, { create: true }));
        progress.end();
        const roles = erp.columns.reduce((sum, column) => sum + column.roles.length, 0);
        const learnt =
          from === undefined ? '' : ` with ${erp.columns.length} columns, ${roles} of them with a role`;
        terminal.out(
          options.json ? `${JSON.stringify(erp)}\n` : printable(`The ERP "${erp.name}" is there${learnt}.\n`),
        );
      } finally {
        progress.end();
      }
    });
}
