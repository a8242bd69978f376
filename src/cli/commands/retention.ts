import { Command, InvalidArgumentError } from 'commander';
import { shownBytes } from '../../base/index.ts';
import { applyRetention, type PolicyFlags, type RetentionReport } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { appdataOption, type CommonOptions, days, jsonOption, size, withApp } from '../options.ts';
import { printable, table } from '../terminal.ts';
import { short } from '../words.ts';
import { doubtLine, leftLines, removedTable, trustClockOption } from './gc.ts';

interface RetentionOptions extends CommonOptions {
  readonly dryRun?: boolean;
  readonly keep?: number;
  readonly maxAgeDays?: number;
  readonly maxRuns?: number;
  readonly maxSize?: number;
  readonly graceDays?: number;
  readonly packFirst?: string;
  readonly trustClock?: boolean;
}

export function retentionCommand({ terminal }: CommandContext): Command {
  return new Command('retention')
    .description(
      'Put runs and data beyond the policy into the trash, and remove what has been there for its grace time. Records of uploads stay for ever.',
    )
    .option('--dry-run', 'only say what would go')
    .option('--keep <n>', 'the newest n runs never go (3); without a limit beside it, all others do', whole)
    .option('--max-age-days <n>', 'runs, and data that no run uses, go when they are older (60)', days)
    .option('--max-runs <n>', 'the oldest runs go beyond so many', whole)
    .option('--max-size <size>', 'the oldest runs go until the rest fits, such as 20GB', size)
    .option('--grace-days <n>', 'how long what was deleted stays in the trash (14)', days)
    .option('--pack-first <dir>', 'write a repro pack of each run there before it is removed')
    .addOption(trustClockOption())
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  stat-harness retention --keep 10 --dry-run')
    .action(async (options: RetentionOptions) => {
      const done = await withApp(options, (app) =>
        applyRetention(app, {
          dryRun: options.dryRun === true,
          flags: policyFlags(options),
          trustClock: options.trustClock === true,
        }),
      );
      terminal.out(
        options.json ? `${JSON.stringify(done)}\n` : printable(doubtLine(done) + retentionText(done)),
      );
    });
}

function policyFlags(options: RetentionOptions): PolicyFlags {
  return {
    ...(options.keep !== undefined && { keep: options.keep }),
    ...(options.maxAgeDays !== undefined && { max_age_days: options.maxAgeDays }),
    ...(options.maxRuns !== undefined && { max_runs: options.maxRuns }),
    ...(options.maxSize !== undefined && { max_bytes: options.maxSize }),
    ...(options.graceDays !== undefined && { grace_days: options.graceDays }),
    ...(options.packFirst !== undefined && { pack_first: options.packFirst }),
  };
}

function retentionText({ dry_run, deleted, removed, bytes, left }: RetentionReport): string {
  const would = dry_run ? 'would go' : 'went';
  const rows = [
    ...deleted.runs.map(({ run_id, reason }) => ['run', short(run_id), reason]),
    ...deleted.datasets.map(({ dataset, ordinal, reason }) => ['dataset', `${dataset}@${ordinal}`, reason]),
  ];
  const trash = rows.length === 0 ? '' : `${table([['into the trash', 'which', 'why'], ...rows])}\n`;
  const gone = removed.length === 0 ? '' : `${removedTable(removed)}\n`;
  return `${trash}${gone}${leftLines(left)}${rows.length} ${would} into the trash, ${removed.length} ${would} for good (${shownBytes(bytes)}).\n`;
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0.');
  return Number(text);
}
