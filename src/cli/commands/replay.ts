import { Command } from 'commander';
import { type Replay, replayRun } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { damageLines } from '../damages.ts';
import { appdataOption, type CommonOptions, jsonOption, quietOption, withApp } from '../options.ts';
import { summaryText } from '../run-summary.ts';
import { printable, table } from '../terminal.ts';

interface ReplayOptions extends CommonOptions {
  readonly report?: boolean;
}

export function replayCommand({ terminal, exit }: CommandContext): Command {
  return new Command('replay')
    .description('Check everything about a run by hash, then show its stored result. Executes nothing.')
    .argument('[run]', 'id of a run, the start of it, or latest', 'latest')
    .option('--report', 'print the stored report, Markdown, on stdout')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', '\nExamples:\n  stat-harness replay latest\n  stat-harness replay latest --report')
    .action(async (id: string, options: ReplayOptions) => {
      const { replay, report } = await withApp(options, (app) => replayRun(app, id));
      exit(replay.ok ? 0 : 4);
      if (options.json) return terminal.out(`${JSON.stringify(replay)}\n`);
      if (options.report !== true) return terminal.out(replayText(replay, options));
      if (options.quiet !== true || !replay.ok) terminal.err(replayText(replay, options));
      if (report !== null) terminal.out(printable(report));
    });
}

/** What was checked, and the result as the run told it when it ended; where anything is damaged, only that. */
function replayText(replay: Replay, options: CommonOptions): string {
  const verdict = replay.ok ? 'as recorded; nothing was executed' : 'NOT AS RECORDED, so nothing is shown';
  const rows = [
    ['checked', `${replay.files_checked} files, the records and the chain of manifests`],
    ['verdict', verdict],
    ...(replay.ok ? [] : [['run', replay.run_id]]),
  ];
  const result = replay.run === null ? '' : summaryText(replay.run, options);
  return printable(`${table(rows)}${damageLines(replay.damages)}`) + result;
}
