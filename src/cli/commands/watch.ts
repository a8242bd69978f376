import { Command } from 'commander';
import { type RunWatch, watchRun } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { withInterrupt } from '../interrupt.ts';
import { appdataOption, type CommonOptions, jsonOption, quietOption, withApp } from '../options.ts';
import { progressDisplay } from '../progress.ts';
import { exitCodeOf } from '../run-summary.ts';
import { printable, table } from '../terminal.ts';
import { typedCommand } from '../typed-command.ts';
import { lookedAtText } from '../words.ts';

export function watchCommand(context: CommandContext): Command {
  return new Command('watch')
    .description(
      'Follow a run to its end, whichever process does it; ends with the exit code of the run. Ctrl-C ends the watching only.',
    )
    .argument(
      '[run]',
      'id of a run, the start of it, or latest (default: the run under way, else the newest)',
    )
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', '\nExample:\n  stat-harness runs watch')
    .action((id: string | undefined, options: CommonOptions) =>
      withInterrupt((signal) => watch(id, options, context, signal)),
    );
}

async function watch(
  id: string | undefined,
  options: CommonOptions,
  { terminal, exit }: CommandContext,
  signal: AbortSignal,
): Promise<void> {
  const progress = progressDisplay(terminal, options.quiet === true, { everything: true });
  try {
    const end = await withApp(options, (app) =>
      watchRun(app, id, { signal, onProgress: (event) => progress.show(event) }),
    );
    progress.end();
    terminal.out(options.json ? `${JSON.stringify(end)}\n` : endText(end, options));
    exit(exitCode(end));
  } finally {
    progress.end();
  }
}

/** Of a run that goes on, the watching was interrupted; one without a status ended before it could get one. */
function exitCode({ under_way, status, refused_with }: RunWatch): number {
  if (under_way) return 130;
  return status === null ? (refused_with ?? 5) : exitCodeOf({ status });
}

function endText(end: RunWatch, options: CommonOptions): string {
  const { run_id, status, reason, under_way, report_path, looked_at, sample } = end;
  const state = status ?? (under_way ? 'reading its file' : 'refused');
  const lines = [
    ['status', `${state}${reason === '' ? '' : `: ${reason}`}${under_way ? ', and goes on' : ''}`],
    ['run id', run_id],
    ...(looked_at === null ? [] : [['coverage', lookedAtText({ looked_at, sample })]]),
    ...(report_path === null ? [] : [['report', report_path]]),
    ...(status === 'ABORTED' || status === 'CANCELLED'
      ? [['to go on', typedCommand(['runs', 'resume', run_id], options)]]
      : []),
  ];
  return printable(table(lines));
}
