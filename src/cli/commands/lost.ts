import { Command } from 'commander';
import { shownBytes } from '../../base/index.ts';
import { type LostRuns, lostRuns, removeLostRuns } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { damageLines } from '../damages.ts';
import { appdataOption, type CommonOptions, jsonOption, withApp } from '../options.ts';
import { printable, table } from '../terminal.ts';

/** `runs lost`: what was set aside because it could not be listed. */
export function lostCommand({ terminal }: CommandContext): Command {
  return new Command('lost')
    .description(
      'Finished runs that could not be listed and lie in lost-found/, each compared with its own manifest; "runs adopt RUN" takes one back where it fits.',
    )
    .option('--remove <run...>', 'remove these for good: ids or the start of them')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  stat-harness runs lost')
    .action(async (options: CommonOptions & { remove?: string[] }) => {
      const { remove } = options;
      const done = await withApp(options, (app) =>
        remove === undefined ? lostRuns(app) : removeLostRuns(app, remove),
      );
      terminal.out(options.json ? `${JSON.stringify(done)}\n` : printable(lostText(done)));
    });
}

function lostText({ runs, removed }: LostRuns): string {
  const gone = removed.map((name) => `${name} was removed\n`).join('');
  if (runs.length === 0) return `${gone}Nothing is set aside.\n`;
  const rows = runs.map((run) => [
    run.name,
    run.damages.length === 0 ? 'whole' : 'DAMAGED',
    run.dataset ?? '',
    run.findings === null ? '' : String(run.findings),
    run.created_at ?? '',
    shownBytes(run.bytes),
    run.path,
  ]);
  const header = ['run', 'by its manifest', 'dataset', 'findings', 'created', 'size', 'folder'];
  return `${gone}${table([header, ...rows])}${damageLines(runs.flatMap(({ damages }) => damages))}`;
}
