import { Command } from 'commander';
import { type Replay, replayRun } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { damageLines } from '../damages.ts';
import { appdataOption, type CommonOptions, jsonOption, quietOption, withApp } from '../options.ts';
import { printable, table } from '../terminal.ts';
import { coverageText } from '../words.ts';

export function replayCommand({ terminal, exit }: CommandContext): Command {
  return new Command('replay')
    .description('Check everything about a run by hash, then show its stored result. Executes nothing.')
    .argument('[run]', 'id of a run, the start of it, or latest', 'latest')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', '\nExample:\n  stat-harness replay latest')
    .action(async (id: string, options: CommonOptions) => {
      const { replay, report } = await withApp(options, (app) => replayRun(app, id));
      exit(replay.ok ? 0 : 4);
      if (options.json) return terminal.out(`${JSON.stringify(replay)}\n`);
      if (options.quiet !== true || !replay.ok) terminal.err(printable(replayText(replay)));
      if (report !== null) terminal.out(printable(report));
    });
}

/** What was checked: beside the report, which is all that stdout carries. */
function replayText(replay: Replay): string {
  const verdict = replay.ok ? 'as recorded; nothing was executed' : 'NOT AS RECORDED, so nothing is shown';
  const rows = [
    ['run', replay.run_id],
    ...(replay.run === null
      ? []
      : [
          ['status', replay.run.status],
          ['coverage', coverageText(replay.run.coverage)],
        ]),
    ['checked', `${replay.files_checked} files, the records and the chain of manifests`],
    ['verdict', verdict],
    ...(replay.report_path === null ? [] : [['report', replay.report_path]]),
  ];
  return `${table(rows)}${damageLines(replay.damages)}`;
}
