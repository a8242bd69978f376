import { Command } from 'commander';
import { exportErp, importErp } from '../../../engine/index.ts';
import type { CommandContext } from '../../command-context.ts';
import { loadForeign } from '../../load-config.ts';
import { appdataOption, type CommonOptions, jsonOption, withApp, withNewApp } from '../../options.ts';
import { printable } from '../../terminal.ts';

interface ImportOptions extends CommonOptions {
  readonly name?: string;
  readonly replace?: boolean;
}

/** `erps import`: a file, whole or not at all. */
export function importCommand({ terminal }: CommandContext): Command {
  return new Command('import')
    .description('Reads an ERP from a file, whole or not at all.')
    .argument('<file>', 'YAML or JSON, as "erps export" writes it')
    .option('--name <erp>', 'another name than the file says')
    .option('--replace', 'put it in the place of the ERP of that name; its datasets and its history stay')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  stat-harness erps import quorum.yaml')
    .action(async (file: string, { name, replace, ...options }: ImportOptions) => {
      const content = await loadForeign(file);
      const erp = await withNewApp(options, (app) =>
        importErp(app, {
          content,
          source: file,
          ...(name !== undefined && { name }),
          replace: replace === true,
        }),
      );
      terminal.out(
        options.json ? `${JSON.stringify(erp)}\n` : printable(`The ERP "${erp.name}" is there.\n`),
      );
    });
}

/** `erps export`: YAML that `erps import` reads to the same ERP. */
export function exportCommand({ terminal }: CommandContext): Command {
  return new Command('export')
    .description('Writes an ERP as YAML: defaults, columns and known issues; no data, no history.')
    .argument('<erp>', 'its name')
    .option('--out <file>', 'file to write (default: stdout)')
    .option('--force', 'write over a file that exists')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  stat-harness erps export quorum --out quorum.yaml')
    .action(async (name: string, options: CommonOptions & { out?: string; force?: boolean }) => {
      const { out, force, json } = options;
      const { erp, text } = await withApp(options, (app) =>
        exportErp(app, { name, ...(out !== undefined && { out }), overwrite: force === true }),
      );
      if (json) return terminal.out(`${JSON.stringify(erp)}\n`);
      terminal.out(out === undefined ? text : printable(`Written to ${out}\n`));
    });
}
