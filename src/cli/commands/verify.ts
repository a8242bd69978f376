import { Command } from 'commander';
import { type Verification, verifyRun } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { damageLines } from '../damages.ts';
import {
  appdataOption,
  type CommonOptions,
  jsonOption,
  pluginDirectoryOption,
  quietOption,
  withApp,
} from '../options.ts';
import { progressDisplay } from '../progress.ts';
import { printable, table } from '../terminal.ts';

interface VerifyOptions extends CommonOptions {
  readonly recompute?: boolean;
  readonly pluginDir?: string[];
}

export function verifyCommand(context: CommandContext): Command {
  return new Command('verify')
    .description('Check a run: hashes, schemas and the chain of manifests.')
    .argument('[run]', 'id of a run, the start of it, or latest', 'latest')
    .option(
      '--recompute',
      'run every cited query again, and execute again every plugin that cites a derivation',
    )
    .addOption(pluginDirectoryOption())
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', '\nExample:\n  stat-harness verify latest --recompute')
    .action(async (id: string, options: VerifyOptions) => verify(id, options, context));
}

async function verify(id: string, options: VerifyOptions, { terminal, exit }: CommandContext): Promise<void> {
  const progress = progressDisplay(terminal, options.quiet === true);
  try {
    const done = await withApp(options, (app) =>
      verifyRun(app, id, {
        recompute: options.recompute === true,
        pluginFolders: options.pluginDir ?? [],
        onProgress: (event) => progress.show(event),
      }),
    );
    progress.end();
    terminal.out(options.json ? `${JSON.stringify(done)}\n` : printable(verificationText(done)));
    exit(done.ok ? 0 : 4);
  } finally {
    progress.end();
  }
}

function verificationText(done: Verification): string {
  const counts = (['files', 'queries', 'derivations'] as const).map((what) => {
    const { checked, failed, unavailable } = done[what];
    const gone = unavailable > 0 ? `, ${unavailable} no longer available` : '';
    return [what, `${checked - failed} of ${checked} as recorded${gone}`];
  });
  const rows = done.recomputed ? counts : counts.slice(0, 1);
  const others = done.problems.slice(done.damages.length).map((problem) => `  ${problem}\n`);
  return `${table([['run', done.run_id], ...rows, ['verdict', done.ok ? 'verified' : 'NOT AS RECORDED']])}${damageLines(done.damages)}${others.join('')}`;
}
