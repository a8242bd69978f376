import { Command } from 'commander';
import { listArtifacts, type RunArtifacts, saveArtifact } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { damageLines } from '../damages.ts';
import { appdataOption, type CommonOptions, jsonOption, withApp } from '../options.ts';
import { printable, table } from '../terminal.ts';
import { short } from '../words.ts';

interface ArtifactOptions extends CommonOptions {
  readonly save?: string;
  readonly to: string;
  readonly force?: boolean;
}

export function artifactsCommand({ terminal, exit }: CommandContext): Command {
  return new Command('artifacts')
    .description('The files of a run with hash, size, type and producer, each checked against its hash.')
    .argument('[run]', 'id of a run, the start of it, or latest', 'latest')
    .option('--save <path>', 'copy this file of the run, under a name with run and hash')
    .option('--to <dir>', 'where to copy it', '.')
    .option('--force', 'write over a file that exists')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  stat-harness runs artifacts latest --save report.html --to .')
    .action(async (id: string, options: ArtifactOptions) => {
      const { save, to: folder, force } = options;
      if (save !== undefined) {
        const request = { artifact: save, folder, overwrite: force === true };
        const saved = await withApp(options, (app) => saveArtifact(app, id, request));
        return terminal.out(options.json ? `${JSON.stringify(saved)}\n` : printable(`${saved.path}\n`));
      }
      const done = await withApp(options, (app) => listArtifacts(app, id));
      terminal.out(options.json ? `${JSON.stringify(done)}\n` : printable(artifactsText(done)));
      exit(done.ok ? 0 : 4);
    });
}

function artifactsText({ artifacts }: RunArtifacts): string {
  const rows = artifacts.map(({ path, sha256, bytes, media_type, producer, damage }) => [
    path,
    short(sha256),
    String(bytes),
    media_type,
    producer,
    damage === null ? 'as recorded' : 'DAMAGED',
  ]);
  const damages = artifacts.flatMap(({ damage }) => damage ?? []);
  return `${table([['file', 'sha256', 'bytes', 'type', 'made by', 'checked'], ...rows])}${damageLines(damages)}`;
}
