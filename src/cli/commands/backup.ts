import { Command, Option } from 'commander';
import { backUpState, KEEP_BACKUPS } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { appdataOption, type CommonOptions, jsonOption, positiveInteger, withApp } from '../options.ts';
import { printable } from '../terminal.ts';

interface BackupOptions extends CommonOptions {
  readonly out?: string;
  readonly force?: boolean;
  readonly keep: number;
  readonly dropDamaged?: boolean;
}

export function backupCommand({ terminal }: CommandContext): Command {
  return new Command('backup')
    .description('Copy the state database as it is now, also while a run writes, and check the copy.')
    .option('--out <file>', 'file to write (default: a new one in the backups folder of the appdata)')
    .option('--force', 'write over a file that exists')
    .addOption(
      new Option('--keep <n>', 'how many backups in the appdata stay; damaged ones do not count')
        .argParser(positiveInteger)
        .default(KEEP_BACKUPS),
    )
    .option('--drop-damaged', 'remove those in the appdata that are not whole, once there is this one')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  stat-harness backup --out /mnt/usb/state.sqlite')
    .action(async (options: BackupOptions) => {
      const { out, force, keep, dropDamaged = false } = options;
      const done = await withApp(options, (app) =>
        backUpState(app, { keep, dropDamaged, ...(out !== undefined && { out }), overwrite: force === true }),
      );
      const removed = done.removed.length > 0 ? `${done.removed.length} older ones removed\n` : '';
      terminal.out(
        options.json
          ? `${JSON.stringify(done)}\n`
          : printable(`${done.bytes} bytes copied to ${done.path} (${done.sha256})\n${removed}`),
      );
    });
}
