import { Command, Option } from 'commander';
import { listRuns, type RunDetails, type RunEntry, showRun, traceRun } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { appdataOption, type CommonOptions, jsonOption, positiveInteger, withApp } from '../options.ts';
import { documentText, printable, table } from '../terminal.ts';
import { typedCommand } from '../typed-command.ts';
import { coverageText, lookedAtText, oneLine, short } from '../words.ts';
import { adoptCommand } from './adopt.ts';
import { artifactsCommand } from './artifacts.ts';
import { cancelCommand } from './cancel.ts';
import { compareCommand } from './compare.ts';
import { keepCommands } from './keep-runs.ts';
import { lostCommand } from './lost.ts';
import { resumeCommand } from './resume.ts';
import { watchCommand } from './watch.ts';

export function runsCommands(context: CommandContext): Command {
  const group = new Command('runs').description(
    'Look at runs, end them, go on with them, keep them, delete them.',
  );
  const commands = [
    list,
    show,
    trace,
    watchCommand,
    artifactsCommand,
    resumeCommand,
    cancelCommand,
    compareCommand,
    adoptCommand,
    lostCommand,
  ];
  for (const make of [...commands, ...keepCommands]) group.addCommand(make(context));
  return group;
}

function list({ terminal }: CommandContext): Command {
  return withCommon(
    new Command('list')
      .description(
        'Runs, the newest first, each with all its findings: also those that tell the same by other means.',
      )
      .addOption(new Option('--limit <n>', 'how many').argParser(positiveInteger).default(20))
      .option('--deleted', 'those in the trash instead'),
  ).action(async (options: CommonOptions & { limit: number; deleted?: boolean }) => {
    const { limit, deleted = false } = options;
    const runs = await withApp(options, (app) => listRuns(app, { limit, deleted }));
    const last = deleted ? 'deleted' : 'pinned';
    const header = [
      'run',
      'status',
      'dataset',
      'kind',
      'fingerprint',
      'all findings',
      'coverage',
      'created',
      last,
    ];
    const rows = runs.map((run) => [
      short(run.run_id),
      run.status,
      run.dataset,
      run.kind,
      short(run.run_fingerprint),
      run.findings === null ? '' : String(run.findings),
      lookedAtText(run),
      run.created_at,
      (deleted ? run.deleted_at : run.pinned) ?? '',
    ]);
    const text = printable(`${table([header, ...rows])}${resumeHint(runs, options)}`);
    terminal.out(options.json ? `${JSON.stringify(runs)}\n` : text);
  });
}

function show({ terminal }: CommandContext): Command {
  return withCommon(
    new Command('show')
      .description('One run: what ran, on what, how it ended.')
      .argument('[run]', 'id of a run, the start of it, or latest', 'latest'),
  ).action(async (id: string, options: CommonOptions) => {
    const run = await withApp(options, (app) => showRun(app, id));
    if (options.json) return terminal.out(documentText('run_details.v1', run));
    const facts = [
      ['run id', run.run_id],
      ['fingerprint', run.run_fingerprint],
      ['status', run.status + (run.reason === '' ? '' : `: ${run.reason}`)],
      ['dataset', `${run.dataset} (${run.dataset_version_id})`],
      ['kind', run.kind],
      ...(run.pinned === null ? [] : [['pinned', run.pinned]]),
      ['coverage', run.coverage === null ? lookedAtText(run) : coverageText(run.coverage)],
      ['created', run.created_at],
      ['finished', run.finished_at ?? ''],
      ['manifest', run.manifest_sha256 ?? ''],
      ['folder', run.run_dir ?? ''],
      ['disabled', run.disabled_plugins.join(', ')],
      ['to go on', isLeft(run) ? resumeLine(run, options) : ''],
    ].filter(([, value]) => value !== '');
    const executions = run.executions.map((execution) => [
      execution.plugin_id,
      execution.status,
      howExecuted(execution),
      originText(execution.origin),
      oneLine(execution.reason),
    ]);
    const logs = run.executions.flatMap(({ plugin_id, log }) =>
      log === undefined ? [] : `log of ${plugin_id}: ${log}\n`,
    );
    const timeline = run.timeline.map((event) => [event.at, event.kind, event.subject]);
    terminal.out(
      printable(
        `${table(facts)}\n${table([['plugin', 'status', 'how', 'code', 'reason'], ...executions])}${logs.join('')}\n${table(
          [['time', 'event', 'of'], ...timeline],
        )}`,
      ),
    );
  });
}

function trace({ terminal }: CommandContext): Command {
  return withCommon(
    new Command('trace')
      .description('The way from a file of a run back to the upload, or from an upload forth.')
      .argument('[run]', 'id of a run, the start of it, or latest', 'latest')
      .addOption(
        new Option(
          '--from <entity>',
          'where to start, such as results/profile_basic.json (default: the report, or the upload)',
        ),
      )
      .addOption(new Option('--direction <way>', 'which way').choices(['back', 'forth']).default('back')),
  ).action(async (id: string, options: CommonOptions & { from?: string; direction: 'back' | 'forth' }) => {
    const found = await withApp(options, (app) =>
      traceRun(app, id, {
        direction: options.direction,
        ...(options.from !== undefined && { from: options.from }),
      }),
    );
    if (options.json) return terminal.out(`${JSON.stringify(found)}\n`);
    const rows = found.edges.map((edge) => [
      edge.from_label,
      edge.relation.replaceAll('_', ' '),
      edge.to_label,
    ]);
    terminal.out(printable(table([['from', '', 'to'], ...rows])));
  });
}

/** What to do about runs that ended without a result. */
function resumeHint(runs: readonly RunEntry[], options: CommonOptions): string {
  const left = runs.find(isLeft);
  if (left === undefined) return '';
  return `To go on from what a run had finished: ${resumeLine(left, options)}\n`;
}

function isLeft({ status }: RunEntry): boolean {
  return status === 'ABORTED' || status === 'CANCELLED';
}

function resumeLine({ run_id }: RunEntry, options: CommonOptions): string {
  return typedCommand(['runs', 'resume', short(run_id)], options);
}

function howExecuted(execution: RunDetails['executions'][number]): string {
  if (execution.reused_from_run !== null) return `reused from ${short(execution.reused_from_run)}`;
  return execution.execution_fingerprint === null ? 'not executed' : 'executed';
}

/** Where the code of a plugin came from; empty where that was not recorded. */
function originText(origin: RunDetails['executions'][number]['origin']): string {
  if (origin === null) return '';
  return origin.bundle_sha256 === undefined
    ? origin.from
    : `${origin.from}, bundle ${short(origin.bundle_sha256)}`;
}

function withCommon(command: Command): Command {
  return command.addOption(appdataOption()).addOption(jsonOption());
}
