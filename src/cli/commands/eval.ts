import { Command } from 'commander';
import type { Evaluation } from '../../contract/index.ts';
import { evaluateRun, formatShare, type ReportPlace, writeTruthTemplate } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { isPath } from '../is-path.ts';
import { appdataOption, type CommonOptions, jsonOption, withApp } from '../options.ts';
import { documentText, printable, table } from '../terminal.ts';

const RUN = 'id of a run, the start of it, latest, a report.json, or a repro pack';

export function evalCommand(context: CommandContext): Command {
  return new Command('eval')
    .description(
      'Hold the report of a run against a ground truth; 0 as exit code only where all holds, else 4.',
    )
    .argument('<run>', RUN)
    .option('--truth <file>', 'what is true of the table, YAML: written by hand, or by synth')
    .option('--strict', 'nothing else may be claimed')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  stat-harness eval latest --truth log.truth.yaml\n  stat-harness eval template latest --out truth.yaml',
    )
    .enablePositionalOptions()
    .action(async (run: string, options: EvalOptions, command: Command) => {
      const { truth } = options;
      if (truth === undefined) command.error("error: required option '--truth <file>' not specified");
      await evaluate(run, { ...options, truth }, context);
    })
    .addCommand(templateCommand(context));
}

interface EvalOptions extends CommonOptions {
  readonly truth?: string;
  readonly strict?: boolean;
}

async function evaluate(
  run: string,
  options: EvalOptions & { readonly truth: string },
  { terminal, exit }: CommandContext,
): Promise<void> {
  const strict = options.strict === true;
  const evaluation = await atPlace(run, options, (place) => evaluateRun(place, options.truth, { strict }));
  terminal.out(options.json ? `${JSON.stringify(evaluation)}\n` : printable(evaluationText(evaluation)));
  exit(evaluation.holds ? 0 : 4);
}

/** A report in a file needs no appdata, and none is made. */
function atPlace<T>(
  run: string,
  options: CommonOptions,
  use: (place: ReportPlace) => Promise<T>,
): Promise<T> {
  return isPath(run) ? use({ path: run }) : withApp(options, (app) => use({ app, run }));
}

interface TemplateOptions extends CommonOptions {
  readonly out?: string;
  readonly force?: boolean;
}

function templateCommand({ terminal }: CommandContext): Command {
  return new Command('template')
    .description('Write what a report claims as a ground truth to edit; it holds for that report.')
    .argument('<run>', RUN)
    .option('--out <file>', 'file to write (default: print it)')
    .option('--force', 'write over a file that exists')
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  stat-harness eval template latest --out truth.yaml')
    .action(async (run: string, options: TemplateOptions) => {
      const { out } = options;
      const overwrite = options.force === true;
      const written = await atPlace(run, options, (place) =>
        writeTruthTemplate(place, { overwrite, ...(out !== undefined && { out }) }),
      );
      if (options.json) return terminal.out(documentText('truth_template.v1', written));
      if (written.path === null) return terminal.out(written.text);
      const { path, findings, metrics } = written;
      terminal.out(printable(`wrote ${path}: ${findings} findings, ${metrics} metrics\n`));
    });
}

type Judged = Evaluation['expectations'][number];

const WORDS: Readonly<Record<Judged['status'], string>> = {
  found: 'found',
  wrong_value: 'WRONG VALUE',
  missing: 'MISSING',
  not_told: 'not told, as it should be',
  told_wrongly: 'TOLD, and should not be',
  not_evaluated: 'NOT EVALUATED',
};

function evaluationText(evaluation: Evaluation): string {
  const { expectations, by_kind, unexpected, strict, notes } = evaluation;
  const share = (value: number | null) => (value === null ? '' : formatShare(value));
  const kinds = by_kind.map((one) => [
    one.kind,
    `${one.found} of ${one.expected}`,
    share(one.recall),
    `${one.right} of ${one.told}`,
    share(one.precision),
  ]);
  const header = ['', 'found', 'recall', 'told rightly', 'precision'];
  const others = unexpected.map(({ rank, title, plugin_id }) => `  ${rank}. ${title} [${plugin_id}]\n`);
  return [
    expectations.map(judgedText).join(''),
    kinds.length === 0 ? '' : `\n${table([header, ...kinds])}`,
    strict && others.length > 0 ? `\nClaimed, and expected by nothing\n${others.join('')}` : '',
    notes.map((note) => `note: ${note}\n`).join(''),
    `\n${verdict(evaluation)}\n`,
  ].join('');
}

/** An expectation, and below it what does not fit, or the numbers that were held against it. */
function judgedText({ place, what, status, reason, looks }: Judged): string {
  const best = looks.filter(({ finding, checks }) => finding !== null || checks.length > 0);
  const lines = best.flatMap(({ plugin_id, finding, checks }) => [
    ...(finding === null ? [] : [`    ${plugin_id}, finding ${finding.rank}: ${finding.title}\n`]),
    ...checks.map(
      (check) =>
        `    ${check.what}: ${check.found ?? 'none'}, expected ${check.expected ?? 'none'}${check.tolerance && ` (${check.tolerance})`}${check.holds ? '' : ': DIFFERS'}\n`,
    ),
  ]);
  return `${place}: ${WORDS[status]}${reason && ` (${reason})`}: ${what}\n${lines.join('')}`;
}

function verdict({ holds, strict, counts }: Evaluation): string {
  const { unexpected, found, not_told, ...wrong } = counts;
  const parts = Object.entries({ found, not_told, ...wrong })
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${status.replaceAll('_', ' ')}`);
  const others =
    unexpected === 0
      ? ''
      : `; ${unexpected} claims that nothing expects${strict ? '' : ' (they count with --strict)'}`;
  return `${holds ? 'All holds' : 'DOES NOT HOLD'}: ${parts.join(', ') || 'nothing was expected'}${others}`;
}
