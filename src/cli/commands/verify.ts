import { Command } from 'commander';
import { HarnessError } from '../../base/index.ts';
import { type PackVerification, type Verification, verifyPack, verifyRun } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { damageLines } from '../damages.ts';
import { isPath } from '../is-path.ts';
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
import { coverageText } from '../words.ts';

interface VerifyOptions extends CommonOptions {
  readonly recompute?: boolean;
  readonly pluginDir?: string[];
}

export function verifyCommand(context: CommandContext): Command {
  return new Command('verify')
    .description(
      'Check a run, or a repro pack: hashes, schemas, and of a run records and the chain of manifests.',
    )
    .argument(
      '[run]',
      'id of a run, the start of it, latest, or a repro pack (zip file, or unpacked)',
      'latest',
    )
    .option(
      '--recompute',
      'run every cited query again, and execute again every plugin that cites a derivation',
    )
    .addOption(pluginDirectoryOption())
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText(
      'after',
      '\nExamples:\n  stat-harness verify latest --recompute\n  stat-harness verify findings.zip',
    )
    .action(async (id: string, options: VerifyOptions) => verify(id, options, context));
}

async function verify(id: string, options: VerifyOptions, context: CommandContext): Promise<void> {
  return isPath(id) ? verifyPackAt(id, options, context) : verifyStored(id, options, context);
}

/** A pack needs no appdata, and none is made. */
async function verifyPackAt(
  path: string,
  options: VerifyOptions,
  { terminal, exit }: CommandContext,
): Promise<void> {
  if (options.recompute) throw new HarnessError('SH_PACK_NOT_RECOMPUTABLE', { path });
  const done = await verifyPack(path);
  terminal.out(options.json ? `${JSON.stringify(done)}\n` : printable(packText(done)));
  exit(done.ok ? 0 : 4);
}

function packText(done: PackVerification): string {
  const { contents } = done;
  const about =
    contents === null
      ? []
      : [
          ['run', contents.run_id],
          ['fingerprint', contents.run_fingerprint],
          ['status', contents.status],
          ['coverage', coverageText(contents.coverage)],
          ['manifest', contents.manifest_sha256],
          ['content', contents.content_sha256],
          ['data', contents.includes.data ? 'included' : 'not included'],
        ];
  const verdict = done.ok ? 'verified' : 'NOT AS RECORDED';
  const rows = [
    ['pack', done.pack],
    ...about,
    ['files', `${done.files_checked} checked`],
    ['verdict', verdict],
  ];
  return `${table(rows)}${damageLines(done.damages)}`;
}

async function verifyStored(
  id: string,
  options: VerifyOptions,
  { terminal, exit }: CommandContext,
): Promise<void> {
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
    const gone = unavailable > 0 ? `, ${unavailable} not checked` : '';
    return [what, `${checked - failed} of ${checked} as recorded${gone}`];
  });
  const rows = done.recomputed ? counts : counts.slice(0, 1);
  if (done.data_expired_at !== null) rows.push(['data', `gone on purpose since ${done.data_expired_at}`]);
  const others = done.problems.slice(done.damages.length).map((problem) => `  ${problem}\n`);
  const coverage = done.coverage === null ? [] : [['coverage', coverageText(done.coverage)]];
  return `${table([['run', done.run_id], ...coverage, ...rows, ['verdict', verdictText(done)]])}${damageLines(done.damages)}${others.join('')}`;
}

/** What was not checked is no failure, and not verified either. */
function verdictText({ ok, queries, derivations }: Verification): string {
  if (!ok) return 'NOT AS RECORDED';
  const left = [
    counted(queries.unavailable, 'query', 'queries'),
    counted(derivations.unavailable, 'derivation', 'derivations'),
  ].filter((text) => text !== '');
  return left.length === 0 ? 'verified' : `verified, but ${left.join(' and ')} could not be repeated`;
}

function counted(n: number, one: string, many: string): string {
  return n === 0 ? '' : `${n} ${n === 1 ? one : many}`;
}
