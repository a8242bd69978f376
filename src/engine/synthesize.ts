import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Document, isScalar, visit } from 'yaml';
import {
  asDiskFull,
  HarnessError,
  hashFile,
  nearest,
  removeTemporariesOf,
  renameDurably,
  temporaryBeside,
  writeFileAtomic,
} from '../base/index.ts';
import type { SyntheticTruth } from '../contract/index.ts';
import type { Plantable, PlantSizes, Synthetic, SyntheticKind } from '../synth/index.ts';
import { asUnusable, refuseOutFile } from './out-file.ts';
import type { ProgressEvent } from './progress-event.ts';

export interface SynthRequest {
  readonly what: SyntheticKind;
  readonly rows: number;
  /** 64 bits, decimal text. */
  readonly seed: string;
  /** Effects by name with a size, or `true` for the default size; all, none, or the usual ones. */
  readonly plants: PlantSizes | 'all' | 'none' | 'usual';
  readonly out: string;
  /** Where the truth goes; by default beside the table. */
  readonly truth?: string;
  readonly start?: string;
  readonly days?: number;
  readonly servers?: number;
  readonly slots?: number;
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  onProgress(event: ProgressEvent): void;
}

/** What `synth --json` prints. */
export interface SynthSummary {
  readonly schema_version: 'synth_summary.v1';
  readonly status: 'COMPLETED' | 'CANCELLED';
  readonly what: SyntheticKind;
  readonly path: string;
  readonly truth_path: string;
  readonly rows: number;
  readonly columns: number;
  readonly bytes: number;
  /** Of the table; empty where it was cancelled. */
  readonly sha256: string;
  readonly seed: string;
  readonly plants: readonly { readonly plant: string; readonly size: number; readonly unit: string }[];
}

/**
 * Writes a synthetic table as CSV, and its truth as YAML. Both are there whole or not at all. Throws
 * SH_OUT_FILE_EXISTS, SH_OUT_FILE_UNUSABLE, SH_SYNTH_PLANT_INVALID, SH_USAGE_INVALID, SH_DISK_FULL.
 */
export async function synthesize(request: SynthRequest): Promise<SynthSummary> {
  const path = resolve(request.out);
  const truthPath = resolve(request.truth ?? `${request.out.replace(/\.csv$/i, '')}.truth.yaml`);
  refusePaths(request, path, truthPath);
  const table = await tableOf(request);
  request.onProgress({ kind: 'stage', stage: 'writing the table' });
  for (const made of [path, truthPath]) await removeTemporariesOf(made);
  const temporary = { table: temporaryBeside(path), truth: temporaryBeside(truthPath) };
  try {
    const written = await writeTable(table, temporary.table, request);
    if (!written) return cancelled(request, path, truthPath);
    request.onProgress({ kind: 'stage', stage: 'measuring what was planted' });
    const truth = withHash(table.truth(), await hashFile(temporary.table));
    await writeFileAtomic(temporary.truth, yamlText(truth));
    const { size } = await stat(temporary.table);
    await renameDurably(temporary.table, path);
    await renameDurably(temporary.truth, truthPath);
    return summaryOf(request, path, truthPath, truth, size);
  } catch (error) {
    throw asUnusable(asDiskFull(error, path), path);
  } finally {
    await rm(temporary.table, { force: true });
    await rm(temporary.truth, { force: true });
  }
}

/** What can be planted in one kind of table. */
export interface PlantList {
  readonly what: SyntheticKind;
  readonly plants: readonly (Plantable & { readonly usual: boolean })[];
}

/** Everything that can be planted, by kind of table. */
export async function plantLists(what?: SyntheticKind): Promise<PlantList[]> {
  const { plantsOf, usualPlants } = await generator();
  const kinds: readonly SyntheticKind[] = what === undefined ? ['process-log', 'table'] : [what];
  return kinds.map((kind) => {
    const usual = usualPlants(kind);
    return {
      what: kind,
      plants: plantsOf(kind).map(({ name, meaning, size }) => ({
        name,
        meaning,
        size,
        usual: name in usual,
      })),
    };
  });
}

/** Loaded only where it is used: other commands need not wait for it. */
const generator = () => import('../synth/index.ts');

function refusePaths({ overwrite }: SynthRequest, path: string, truthPath: string): void {
  if (!/\.csv$/i.test(path))
    refuse(`The table is written as CSV: name a file that ends in .csv, not ${path}.`);
  if (path === truthPath) refuse('The table and its truth can not be the same file.');
  for (const file of [path, truthPath]) refuseOutFile(file, { overwrite });
}

async function tableOf(request: SynthRequest): Promise<Synthetic> {
  const { parseDate, synthetic } = await generator();
  const { what, seed, rows, start, days, servers, slots } = request;
  const ofLogs = { days, servers, slots };
  for (const [name, value] of Object.entries(ofLogs)) {
    if (value !== undefined && !what.endsWith('-log'))
      refuse(`--${name} is for logs only, not for a ${what}.`);
  }
  if (start !== undefined && parseDate(start) === undefined) {
    refuse(`--start is no date: "${start}". It must look like 2025-01-06.`);
  }
  return synthetic({
    what,
    seed,
    rows,
    plants: await plantSizes(request),
    ...(start !== undefined && { start }),
    ...(days !== undefined && { days }),
    ...(servers !== undefined && { servers }),
    ...(slots !== undefined && { slots }),
  });
}

function refuse(problem: string): never {
  throw new HarnessError('SH_USAGE_INVALID', { problem, command: 'synth' });
}

async function plantSizes({ what, plants }: SynthRequest): Promise<PlantSizes> {
  const { plantProblem, plantsOf, usualPlants } = await generator();
  const known = plantsOf(what);
  if (plants === 'none') return {};
  if (plants === 'usual') return usualPlants(what);
  if (plants === 'all') return Object.fromEntries(known.map(({ name }) => [name, true]));
  for (const [name, size] of Object.entries(plants)) {
    const problem = plantProblem(known, name, size);
    if (problem === undefined) continue;
    const near = nearest(
      name,
      known.map((plant) => plant.name),
    );
    const hint = near === undefined || near === name ? '' : ` (did you mean ${near}?)`;
    throw new HarnessError('SH_SYNTH_PLANT_INVALID', { what, problem: `${problem}${hint}` });
  }
  return plants;
}

/** Streams the rows to a file; false where it was cancelled. */
async function writeTable(table: Synthetic, path: string, request: SynthRequest): Promise<boolean> {
  const { csvText } = await generator();
  const file = await openNew(path);
  try {
    let rows = 0;
    const counted = function* () {
      for (const row of table.rows()) {
        rows += 1;
        yield row;
      }
    };
    for (const text of csvText({ columns: table.columns, rows: counted })) {
      await file.writeFile(text);
      request.onProgress({ kind: 'rows', stage: 'writing the table', rows });
      if (request.signal.aborted) return false;
    }
    await file.sync();
    return true;
  } finally {
    await file.close();
  }
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx');
  } catch (error) {
    throw asUnusable(error, path.replace(/(\.[-0-9a-f]+){2}\.tmp$/, ''));
  }
}

function withHash(truth: SyntheticTruth, sha256: SyntheticTruth['table']['sha256']): SyntheticTruth {
  return { ...truth, table: { ...truth.table, ...(sha256 && { sha256 }) } };
}

/** YAML with lists of plain values on one line: a thousand row numbers are not to be a thousand lines. */
function yamlText(truth: SyntheticTruth): string {
  const document = new Document(truth, { aliasDuplicateObjects: false });
  visit(document, {
    Seq(_, list) {
      if (list.items.every((item) => isScalar(item))) list.flow = true;
    },
  });
  return document.toString({ lineWidth: 110 });
}

function summaryOf(
  request: SynthRequest,
  path: string,
  truthPath: string,
  truth: SyntheticTruth,
  bytes: number,
): SynthSummary {
  return {
    schema_version: 'synth_summary.v1',
    status: 'COMPLETED',
    what: request.what,
    path,
    truth_path: truthPath,
    rows: truth.table.rows,
    columns: truth.table.columns.length,
    bytes,
    sha256: truth.table.sha256 ?? '',
    seed: request.seed,
    plants: truth.plants.map(({ plant, size }) => ({ plant, size: size.value, unit: size.unit })),
  };
}

function cancelled(request: SynthRequest, path: string, truthPath: string): SynthSummary {
  const { what, seed } = request;
  return {
    schema_version: 'synth_summary.v1',
    status: 'CANCELLED',
    what,
    path,
    truth_path: truthPath,
    rows: 0,
    columns: 0,
    bytes: 0,
    sha256: '',
    seed,
    plants: [],
  };
}
