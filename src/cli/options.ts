import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { HarnessError, parseBytes, removeTree } from '../base/index.ts';
import { ENCODINGS, type Encoding, encodingNamed, FORMATS, type Format } from '../contract/index.ts';
import type { App, AppOptions, RunFlags } from '../engine/index.ts';
import { withApp as inApp } from '../engine/index.ts';
import { load } from './load-config.ts';
import { printable, systemTerminal } from './terminal.ts';

/** Options that every command has. */
export interface CommonOptions {
  readonly appdata?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly anyDrive?: boolean;
}

export const appdataOption = (): Option =>
  new Option(
    '--appdata <dir>',
    "where everything is stored (default: the user's data folder, or STAT_HARNESS_APPDATA)",
  );
export const anyDriveOption = (): Option =>
  new Option(
    '--any-drive',
    'use the appdata on a network or Windows drive too, where locks do not protect the database',
  );
export const jsonOption = (): Option => new Option('--json', 'print one JSON document on stdout');
export const quietOption = (): Option => new Option('--quiet', 'no progress on stderr');
export const pluginDirectoryOption = (): Option =>
  new Option(
    '--plugin-dir <dir>',
    'a folder of plugins besides the built-in ones; may be given again',
  ).argParser(collected);

/** The options of a command that takes `--plugin-dir`. */
export interface PluginFolderOptions extends CommonOptions {
  readonly pluginDir?: string[];
}

/** What the files of `run` and `ingest` may be. */
export const TABLES = 'tables to read: CSV, TSV, JSON, JSON lines, XLSX or Parquet, plain, .gz or .zip';

/** Options of `run` and `ingest` that say how a file is read. */
export function inputOptions(): Option[] {
  return [
    new Option('--dataset <name>', 'name of the dataset (default: the name of the first file)'),
    new Option('--erp <name>', 'the ERP that the dataset belongs to; it remembers it'),
    new Option('--append', 'put the files behind the newest version of the dataset'),
    new Option('--kind <kind>', 'whether the data are real or synthetic').choices(['real', 'synthetic']),
    new Option('--config <file>', 'configuration, YAML or JSON'),
    new Option('--format <format>', 'format of the files').choices(['auto', ...FORMATS]),
    new Option(
      '--sheet <name>',
      'the sheet of a workbook, by name or number (default: the largest that is not hidden)',
    ),
    new Option(
      '--table <name>',
      'which table of a file that holds several, by name or number (default: the largest)',
    ).argParser(numberOrName),
    new Option(
      '--encoding <name>',
      'encoding of files of text, such as windows-1252 (default: what their bytes say, and a note where that is a guess)',
    ).argParser(knownEncoding),
    new Option('--delimiter <character>', 'delimiter of a CSV file (\\t for a tab)').argParser(oneCharacter),
    new Option('--quote <character>', 'quote of a CSV file').argParser(oneCharacter),
    new Option('--header', 'the first line holds the names of the columns'),
    new Option('--no-header', 'the first line is data: the columns are called C1, C2 …'),
    new Option('--type <column=type>', 'force the type of a column; may be given again').argParser(
      collectPairs,
    ),
    new Option(
      '--date-order <order>',
      'which comes first in dates like 1/2/2025 where no value of the column tells: day or month',
    ).choices(['dmy', 'mdy']),
    new Option('--roles <role=column,…>', 'bind columns to roles, whatever was inferred').argParser(
      parseRoles,
    ),
    new Option('--workers <n>', 'executions that compute at once').argParser(positiveInteger),
    new Option('--memory <size>', 'memory cap of all processes, such as 2GB'),
  ];
}

export interface InputOptions extends CommonOptions {
  readonly dataset?: string;
  readonly erp?: string;
  readonly append?: boolean;
  readonly kind?: 'real' | 'synthetic';
  readonly config?: string;
  readonly format?: 'auto' | Format;
  readonly sheet?: string;
  readonly table?: number | string;
  readonly encoding?: Encoding;
  readonly delimiter?: string;
  readonly quote?: string;
  readonly header?: boolean;
  readonly type?: Record<string, string>;
  readonly dateOrder?: 'dmy' | 'mdy';
  readonly roles?: Record<string, string[]>;
  readonly workers?: number;
  readonly memory?: string;
}

/** Options as flags of the engine: only what was given. */
export function flagsOf(options: InputOptions): RunFlags {
  const ingest = {
    ...(options.format && { format: options.format }),
    ...(options.sheet !== undefined && { sheet: options.sheet }),
    ...(options.table !== undefined && { table: options.table }),
    ...(options.encoding && { encoding: options.encoding }),
    ...(options.delimiter && { delimiter: options.delimiter }),
    ...(options.quote && { quote: options.quote }),
    ...(options.header !== undefined && { header: options.header ? ('yes' as const) : ('no' as const) }),
    ...(options.type && { types: options.type }),
    ...(options.dateOrder && { date_order: options.dateOrder }),
  };
  return {
    ...(options.dataset !== undefined && { dataset: options.dataset }),
    ...(options.erp !== undefined && { erp: options.erp }),
    ...(options.append === true && { append: true }),
    ...(options.kind && { kind: options.kind }),
    ...(options.roles && { roles: options.roles }),
    ...(options.workers !== undefined && { workers: options.workers }),
    ...(options.memory !== undefined && { memory: options.memory }),
    ingest,
  };
}

/** The configuration file that was named, read and parsed. */
export async function configFileOf(
  options: Pick<InputOptions, 'config'>,
): Promise<{ path: string; content: unknown } | undefined> {
  return options.config === undefined
    ? undefined
    : { path: options.config, content: await load(options.config) };
}

/** Which appdata a command works on, and how. Only what puts data into one makes it. */
export function appOptions({ appdata, anyDrive }: CommonOptions, { create = false } = {}): AppOptions {
  return { ...(appdata !== undefined && { appdata }), anyDrive: anyDrive === true, create };
}

/** Opens the appdata for a command and closes it after. One that is not there is an error, unless the command makes it. */
export async function withApp<T>(
  options: CommonOptions,
  action: (app: App) => Promise<T>,
  { create = false } = {},
): Promise<T> {
  return inApp(appOptions(options, { create }), (app) => {
    if (options.quiet !== true)
      for (const text of app.warnings) systemTerminal.err(printable(`warning: ${text}\n`));
    return action(app);
  });
}

/**
 * For a command that may be the first on an appdata. One that is not there is made only where the command succeeds, which is
 * seen in an empty one that is thrown away: a refused command with a mistyped `--appdata` leaves nothing behind.
 */
export async function withNewApp<T>(options: CommonOptions, action: (app: App) => Promise<T>): Promise<T> {
  try {
    return await withApp(options, action);
  } catch (error) {
    if (!isNotThere(error)) throw error;
  }
  const appdata = await mkdtemp(join(tmpdir(), 'stat-harness-'));
  await inApp({ appdata }, action).finally(() => removeTree(appdata));
  return withApp(options, action, { create: true });
}

const isNotThere = (error: unknown): boolean =>
  error instanceof HarnessError && error.code === 'SH_APPDATA_NOT_FOUND';

/** For a command that needs no appdata: one that is there is opened all the same, so that a damaged one is never passed over. */
export async function besideApp<T>(
  options: CommonOptions,
  action: (app: App | undefined) => Promise<T>,
): Promise<T> {
  try {
    return await withApp(options, action);
  } catch (error) {
    if (isNotThere(error)) return action(undefined);
    throw error;
  }
}

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number from 1.');
  return value;
}

function numberOrName(text: string): number | string {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : text;
}

export function seedText(text: string): string {
  if (!/^(0|[1-9]\d{0,19})$/.test(text) || BigInt(text) >= 2n ** 64n) {
    throw new InvalidArgumentError('It must be a whole number from 0 below 2^64.');
  }
  return text;
}

/** For an option that may be given again. What looks like the next option is none of its values: one was left out. */
export function collected(value: string, previous: string[] | undefined): string[] {
  if (value.startsWith('-'))
    throw new InvalidArgumentError('A value is missing: the next option stands there.');
  return [...(previous ?? []), value];
}

export function collectPairs(
  text: string,
  previous: Record<string, string> | undefined,
): Record<string, string> {
  const split = text.indexOf('=');
  if (split < 1) throw new InvalidArgumentError('It must be NAME=VALUE.');
  return { ...previous, [text.slice(0, split)]: text.slice(split + 1) };
}

function oneCharacter(text: string): string {
  const character = text === '\\t' || text === 'tab' ? '\t' : text;
  if (character.length !== 1) throw new InvalidArgumentError('It must be one character.');
  return character;
}

function knownEncoding(name: string): Encoding {
  const encoding = encodingNamed(name);
  if (encoding === undefined) throw new InvalidArgumentError(`It must be one of ${ENCODINGS.join(', ')}.`);
  return encoding;
}

function parseRoles(text: string, previous: Record<string, string[]> | undefined): Record<string, string[]> {
  const roles: Record<string, string[]> = { ...previous };
  for (const pair of text.split(',')) {
    const split = pair.indexOf('=');
    if (split < 1) throw new InvalidArgumentError('It must be ROLE=COLUMN, separated by commas.');
    const role = pair.slice(0, split).trim();
    roles[role] = [...(roles[role] ?? []), pair.slice(split + 1).trim()];
  }
  return roles;
}

/** A number of days as it stands on the command line. */
export function days(text: string): number {
  if (!/^\d{1,6}(\.\d+)?$/.test(text)) throw new InvalidArgumentError('It must be a number of days from 0.');
  return Number(text);
}

/** A size as it stands on the command line. */
export function size(text: string): number {
  const bytes = parseBytes(text);
  if (bytes === undefined) throw new InvalidArgumentError('It must be a size such as 20GB.');
  return bytes;
}
