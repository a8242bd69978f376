import { Command } from 'commander';
import { resumeRun } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { withInterrupt } from '../interrupt.ts';
import { appdataOption, type CommonOptions, jsonOption, quietOption, withApp } from '../options.ts';
import { progressDisplay } from '../progress.ts';
import { exitCodeOf, summaryText } from '../run-summary.ts';

interface ResumeOptions extends CommonOptions {
  readonly wait: boolean;
}

export function resumeCommand(context: CommandContext): Command {
  return new Command('resume')
    .description('Go on with a run that was aborted, cancelled or failed, from what it had finished.')
    .argument('[run]', 'id of a run, the start of it, or latest', 'latest')
    .option('--no-wait', 'refuse, rather than wait, while another run is under way')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', '\nExample:\n  stat-harness runs resume latest')
    .action((id: string, options: ResumeOptions) =>
      withInterrupt((signal) => resume(id, options, context, signal)),
    );
}

async function resume(
  id: string,
  options: ResumeOptions,
  { terminal, exit }: CommandContext,
  signal: AbortSignal,
): Promise<void> {
  const progress = progressDisplay(terminal, options.quiet === true);
  try {
    const summary = await withApp(options, (app) =>
      resumeRun(app, id, { wait: options.wait, signal, onProgress: (event) => progress.show(event) }),
    );
    progress.end();
    terminal.out(options.json ? `${JSON.stringify(summary)}\n` : summaryText(summary, options));
    exit(exitCodeOf(summary));
  } finally {
    progress.end();
  }
}
