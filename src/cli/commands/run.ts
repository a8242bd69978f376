import { Command, InvalidArgumentError, Option } from 'commander';
import { HarnessError } from '../../base/index.ts';
import { type App, planRun, type RunRequest, runAnalysis } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { withInterrupt } from '../interrupt.ts';
import { parseSetting } from '../load-config.ts';
import {
  appdataOption,
  collected,
  collectPairs,
  configFileOf,
  flagsOf,
  type InputOptions,
  inputOptions,
  jsonOption,
  pluginDirectoryOption,
  positiveInteger,
  quietOption,
  seedText,
  TABLES,
  withApp,
} from '../options.ts';
import { planText } from '../plan-text.ts';
import { progressDisplay } from '../progress.ts';
import { exitCodeOf, summaryText } from '../run-summary.ts';

interface RunOptions extends InputOptions {
  readonly plugins?: 'auto' | 'all' | string[];
  readonly set?: Record<string, string>;
  readonly timeZone?: string;
  readonly seed?: string;
  readonly sample?: string;
  readonly sampleBy?: string;
  readonly force?: boolean;
  readonly wait: boolean;
  readonly dryRun?: boolean;
  readonly out?: string;
  readonly pluginDir?: string[];
  readonly osSandbox: boolean;
  readonly ignoreHealth?: boolean;
  readonly allowNetwork?: string[];
  readonly confirmed?: string;
  readonly chunkRows?: number;
  readonly datasetVersion?: string;
  readonly newRunId?: string;
}

export function runCommand(context: CommandContext): Command {
  const command = new Command('run')
    .description('Ingest, plan, analyse, report: the main job.')
    .argument(
      '[file...]',
      `${TABLES}, or the hash of an upload (sha256:…); several files become the parts of one table`,
    );
  for (const option of inputOptions()) command.addOption(option);
  return command
    .option(
      '--dataset-version <id>',
      'instead of files: a version of a dataset that is there already (the name of the dataset: its newest)',
    )
    .addOption(new Option('--plugins <choice>', 'auto, all, or a list of ids: a,b,c').argParser(pluginChoice))
    .addOption(
      new Option('--set <plugin.key=value>', 'a setting of a plugin; may be given again').argParser(
        collectPairs,
      ),
    )
    .option(
      '--time-zone <zone>',
      "whose wall clock local times are, such as Europe/Berlin (default: the ERP's); no time is moved",
    )
    .addOption(new Option('--seed <n>', 'seed; 0 derives it from the data').argParser(seedText))
    .option(
      '--sample <share>',
      'look at a share of the rows, such as 10% or 0.1, drawn by the seed; the result says SAMPLED everywhere',
    )
    .option(
      '--sample-by <column>',
      'draw whole cases: all rows that share a value of this column, or none of them',
    )
    .addOption(
      new Option('--reuse', 'take over finished executions of equal fingerprint (the default)').conflicts(
        'force',
      ),
    )
    .option('--force', 'execute every plugin again')
    .addOption(
      new Option(
        '--confirmed <fingerprint>',
        'run only what a dry run has shown with this fingerprint; refuse where it has changed',
      ).argParser(fingerprint),
    )
    .option('--no-wait', 'refuse, rather than wait, while another run is under way')
    .option('--dry-run', 'show the plan and what will run; execute nothing')
    .option('--out <dir>', 'copy the report, and the files that plugins handed over, there')
    .addOption(pluginDirectoryOption())
    .option('--no-os-sandbox', 'do not use bubblewrap even where it is installed')
    .option('--ignore-health', "run plugins all the same that say they can't work on this machine")
    .addOption(
      new Option(
        '--allow-network <plugin>',
        'let a plugin reach the hosts that are approved for it; may be given again',
      ).argParser(collected),
    )
    .addOption(
      new Option('--chunk-rows <n>', 'rows per chunk; results never depend on it')
        .argParser(positiveInteger)
        .hideHelp(),
    )
    .addOption(new Option('--new-run-id <id>', 'the id that the run is to have').argParser(runId).hideHelp())
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', '\nExample:\n  stat-harness run process-log.csv --out report')
    .action((files: string[], options: RunOptions) =>
      withInterrupt((signal) => run(files, options, context, signal)),
    );
}

async function run(
  files: readonly string[],
  options: RunOptions,
  context: CommandContext,
  signal: AbortSignal,
): Promise<void> {
  const { terminal } = context;
  refuseUnlessOneInput(files, options);
  const progress = progressDisplay(terminal, options.quiet === true);
  const configFile = await configFileOf(options);
  const request: RunRequest = {
    files,
    ...(options.datasetVersion !== undefined && { version: options.datasetVersion }),
    ...(options.newRunId !== undefined && { runId: options.newRunId }),
    flags: {
      ...flagsOf(options),
      ...(options.plugins !== undefined && { plugins: options.plugins }),
      ...settingsOf(options),
      ...(options.seed !== undefined && { seed: options.seed }),
      ...(options.sample !== undefined && { sample: options.sample }),
      ...(options.sampleBy !== undefined && { sampleBy: options.sampleBy }),
    },
    ...(configFile && { configFile }),
    pluginFolders: options.pluginDir ?? [],
    ...(options.confirmed !== undefined && { confirmed: options.confirmed }),
    force: options.force === true,
    wait: options.wait,
    osSandbox: options.osSandbox ? 'auto' : 'off',
    ...(options.ignoreHealth === true && { ignoreHealth: true }),
    allowNetwork: options.allowNetwork ?? [],
    ...(options.out !== undefined && { out: options.out }),
    ...(options.chunkRows !== undefined && { chunkRows: options.chunkRows }),
    signal,
    onProgress: (event) => progress.show(event),
  };
  const inApp = async (app: App): Promise<void> => {
    if (options.dryRun === true) {
      const plan = await planRun(app, request);
      progress.end();
      return terminal.out(options.json ? `${JSON.stringify(plan)}\n` : planText(plan));
    }
    const summary = await runAnalysis(app, request);
    progress.end();
    terminal.out(options.json ? `${JSON.stringify(summary)}\n` : summaryText(summary, options));
    context.exit(exitCodeOf(summary));
  };
  try {
    await withApp(options, inApp, { create: true });
  } finally {
    progress.end();
  }
}

function refuseUnlessOneInput(files: readonly string[], { datasetVersion, append }: RunOptions): void {
  const refuse = (problem: string): HarnessError =>
    new HarnessError('SH_USAGE_INVALID', { problem, command: 'run' });
  if (files.length === 0 && datasetVersion === undefined)
    throw refuse("missing required argument 'file': name a file, or a --dataset-version");
  if (datasetVersion !== undefined && (files.length > 0 || append === true))
    throw refuse('--dataset-version stands instead of files, and takes no --append');
}

function runId(text: string): string {
  if (!/^[0-9a-f]{32}$/.test(text)) throw new InvalidArgumentError('It must be 32 hex digits.');
  return text;
}

/** What is set with `--set`, and the time zone. */
function settingsOf({ set, timeZone }: RunOptions): Pick<RunRequest['flags'], 'settings'> {
  if (set === undefined && timeZone === undefined) return {};
  return {
    settings: {
      ...parsedSettings(set ?? {}),
      ...(timeZone !== undefined && { 'process.time_zone': timeZone }),
    },
  };
}

function fingerprint(text: string): string {
  if (!/^sha256:[0-9a-f]{64}$/.test(text))
    throw new InvalidArgumentError('It must be sha256: and 64 hex digits.');
  return text;
}

function parsedSettings(settings: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, parseSetting(value)]));
}

function pluginChoice(text: string): 'auto' | 'all' | string[] {
  if (text === 'auto' || text === 'all') return text;
  const ids = text.split(',').map((id) => id.trim());
  if (ids.some((id) => id === ''))
    throw new InvalidArgumentError('It must be auto, all, or ids separated by commas.');
  return ids;
}
