import { Command, Option } from 'commander';
import { shownBytes } from '../../base/index.ts';
import {
  collectGarbage,
  DOUBTED_AFTER_DAYS,
  type GarbageReport,
  type RetentionReport,
} from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { appdataOption, type CommonOptions, days, jsonOption, size, withApp } from '../options.ts';
import { printable, table } from '../terminal.ts';
import { short } from '../words.ts';

interface GcOptions extends CommonOptions {
  readonly dryRun?: boolean;
  readonly graceDays?: number;
  readonly maxCache?: number;
  readonly trustClock?: boolean;
}

export function gcCommand({ terminal }: CommandContext): Command {
  return new Command('gc')
    .description(
      'Remove what nothing needs: the trash after its grace time, data without a dataset or run that needs them, leftovers, surplus cache.',
    )
    .option('--dry-run', 'only say what would be removed')
    .option('--grace-days <n>', 'how long what was deleted stays (14)', days)
    .option('--max-cache <size>', 'how large the cache may be (5GB)', size)
    .addOption(trustClockOption())
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  stat-harness gc --dry-run')
    .action(async (options: GcOptions) => {
      const flags = {
        ...(options.graceDays !== undefined && { grace_days: options.graceDays }),
        ...(options.maxCache !== undefined && { cache_bytes: options.maxCache }),
      };
      const done = await withApp(options, (app) =>
        collectGarbage(app, {
          dryRun: options.dryRun === true,
          flags,
          trustClock: options.trustClock === true,
        }),
      );
      terminal.out(
        options.json ? `${JSON.stringify(done)}\n` : printable(doubtLine(done) + garbageText(done)),
      );
    });
}

function garbageText({ dry_run, removed, bytes, left }: GarbageReport): string {
  const verb = dry_run ? 'would be removed' : 'removed';
  if (removed.length === 0)
    return `${leftLines(left)}Nothing ${dry_run ? 'would be removed' : 'was removed'}.\n`;
  return `${removedTable(removed)}${leftLines(left)}${removed.length} ${verb}, ${shownBytes(bytes)}.\n`;
}

export function trustClockOption(): Option {
  return new Option(
    '--trust-clock',
    `count ages by the clock, though nothing has happened here for more than ${DOUBTED_AFTER_DAYS} days`,
  );
}

/** Says where the clock was not believed, and how it is. */
export function doubtLine({ clock_doubted, ages_counted_to }: GarbageReport | RetentionReport): string {
  if (clock_doubted === null) return '';
  return (
    `The clock says ${clock_doubted}, and the last thing that happened here is of ${ages_counted_to}: ages are counted to that. ` +
    'If the clock is right, say --trust-clock.\n'
  );
}

/** What could not be removed, a line each. */
export function leftLines(left: GarbageReport['left']): string {
  return left.map(({ run_id, reason }) => `The run ${run_id}: ${reason}\n`).join('');
}

/** What was removed for good, a line each. */
export function removedTable(removed: GarbageReport['removed']): string {
  const rows = removed.map(({ kind, id, bytes }) => [
    kind.replaceAll('_', ' '),
    kind === 'leftover' || kind === 'cache' ? id : short(id),
    shownBytes(bytes),
  ]);
  return table([['removed', 'id', 'size'], ...rows]);
}
