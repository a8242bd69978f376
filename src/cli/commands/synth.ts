import { Command, InvalidArgumentError, Option } from 'commander';
import { quoted } from '../../base/index.ts';
import {
  type PlantList,
  plantLists,
  type SynthRequest,
  type SynthSummary,
  synthesize,
} from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { withInterrupt } from '../interrupt.ts';
import { type CommonOptions, jsonOption, positiveInteger, quietOption, seedText } from '../options.ts';
import { progressDisplay } from '../progress.ts';
import { printable, table } from '../terminal.ts';

interface SynthOptions extends CommonOptions {
  readonly out?: string;
  readonly truth?: string;
  readonly what?: SynthRequest['what'];
  readonly rows?: number;
  readonly seed: string;
  readonly plant?: SynthRequest['plants'];
  readonly start?: string;
  readonly days?: number;
  readonly servers?: number;
  readonly slots?: number;
  readonly force?: boolean;
  readonly list?: boolean;
}

const KINDS = ['process-log', 'null-log', 'table', 'null-table'] as const;
const MOST_ROWS = 100_000_000;

export function synthCommand(context: CommandContext): Command {
  return new Command('synth')
    .description('Write a synthetic table with planted effects and a file of what is true of it.')
    .option('--out <file>', 'CSV file to write')
    .option('--truth <file>', 'truth file to write, YAML (default: beside the table, .truth.yaml)')
    .addOption(new Option('--what <kind>', 'kind of table (default: process-log)').choices(KINDS))
    .addOption(
      new Option('--rows <n>', 'rows (default: 50000 for logs, 5000 for tables)').argParser(
        atMost(MOST_ROWS),
      ),
    )
    .addOption(
      new Option('--seed <n>', 'the same seed gives the same bytes').argParser(seedText).default('1'),
    )
    .addOption(
      new Option(
        '--plant <name=size,…>',
        'what to plant: all, none, or names, each with a size if not the default (--list shows them)',
      ).argParser(plants),
    )
    .option('--start <date>', 'first day (default: 2025-01-06)')
    .addOption(
      new Option('--days <n>', 'days that the rows of a log take, about (default: by the rows)').argParser(
        atMost(36_500),
      ),
    )
    .addOption(
      new Option('--servers <n>', 'servers of a log (default: by the work to do)').argParser(atMost(1000)),
    )
    .addOption(new Option('--slots <n>', 'runs at once on each server (default: 2)').argParser(atMost(1000)))
    .option('--list', 'show what can be planted, with sizes; write nothing')
    .option('--force', 'write over files that exist')
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText(
      'after',
      '\nExample:\n  stat-harness synth --out log.csv --rows 100000 --plant too_few_servers,slow_server=1.5',
    )
    .action(async (options: SynthOptions, command: Command) => {
      if (options.list === true) return list(options, context);
      if (options.out === undefined) command.error("error: required option '--out <file>' not specified");
      await write({ ...options, out: options.out }, context);
    });
}

async function write(options: SynthOptions & { out: string }, context: CommandContext): Promise<void> {
  const what = options.what ?? 'process-log';
  const { terminal } = context;
  const progress = progressDisplay(terminal, options.quiet === true);
  try {
    const summary = await withInterrupt((signal) =>
      synthesize({
        what,
        out: options.out,
        rows: options.rows ?? (what.endsWith('-log') ? 50_000 : 5000),
        seed: options.seed,
        plants: options.plant ?? 'usual',
        ...(options.truth !== undefined && { truth: options.truth }),
        ...(options.start !== undefined && { start: options.start }),
        ...(options.days !== undefined && { days: options.days }),
        ...(options.servers !== undefined && { servers: options.servers }),
        ...(options.slots !== undefined && { slots: options.slots }),
        overwrite: options.force === true,
        signal,
        onProgress: (event) => progress.show(event),
      }),
    );
    progress.end();
    terminal.out(options.json ? `${JSON.stringify(summary)}\n` : summaryText(summary));
    if (summary.status === 'CANCELLED') context.exit(130);
  } finally {
    progress.end();
  }
}

function summaryText(summary: SynthSummary): string {
  if (summary.status === 'CANCELLED') return 'Cancelled; nothing was kept.\n';
  const planted = summary.plants.map(({ plant, size, unit }) => ['', `${plant} = ${size} ${unit}`]);
  const [first, ...others] = planted;
  const lines = [
    ['table', `${summary.path}, ${summary.rows} rows, ${summary.columns} columns, ${summary.bytes} bytes`],
    ['sha256', summary.sha256],
    ['truth', summary.truth_path],
    ['seed', summary.seed],
    ['planted', first?.[1] ?? 'nothing'],
    ...others,
  ];
  return printable(
    `${table(lines)}Everything in it is invented. Run it as such:\n` +
      `  stat-harness run ${quoted(summary.path)} --kind synthetic\n`,
  );
}

async function list(options: SynthOptions, { terminal }: CommandContext): Promise<void> {
  const lists = await plantLists(options.what);
  terminal.out(options.json ? `${JSON.stringify(lists)}\n` : printable(lists.map(listText).join('\n')));
}

function listText({ what, plants: known }: PlantList): string {
  if (known.length === 0) return `A ${what} has nothing planted.\n`;
  const rows = known.flatMap(({ name, meaning, size, usual }) => [
    [`${name}${usual ? ' *' : ''}`, meaning],
    ['', `size ${size.default} (${size.min} to ${size.max}): ${size.unit}`],
  ]);
  return `What can be planted in a ${what} (* if nothing is said):\n${table(rows)}`;
}

function plants(text: string, previous: SynthRequest['plants'] | undefined): SynthRequest['plants'] {
  if (text === 'all' || text === 'none') return text;
  const sizes: Record<string, number | true> = typeof previous === 'object' ? { ...previous } : {};
  for (const item of text.split(',')) {
    const [name, size, ...rest] = item.split('=').map((part) => part.trim());
    const value = size === undefined ? true : Number(size);
    if (!name || rest.length > 0 || size === '' || Number.isNaN(value)) {
      throw new InvalidArgumentError('It must be all, none, or NAME or NAME=SIZE, separated by commas.');
    }
    sizes[name] = value;
  }
  return sizes;
}

function atMost(most: number): (text: string) => number {
  return (text) => {
    const value = positiveInteger(text);
    if (value > most) throw new InvalidArgumentError(`It must be at most ${most}.`);
    return value;
  };
}
