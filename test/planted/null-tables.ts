import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { nullLogTable, nullTable, type SyntheticTable } from '../../src/synth/index.ts';
import { NULL_WORLDS, type NullWorldName, nullWorldTable } from './null-worlds.ts';

/** Rows of the null tables and null logs that are analysed. */
export const NULL_ROWS = { table: 600, log: 1500, world: 3000 } as const;

/** Every kind of null table: tables and logs in which rows are independent, and the logs of `NULL_WORLDS`. */
export const NULL_KINDS: ReadonlyMap<string, (seed: string) => SyntheticTable> = new Map([
  ['table', (seed: string) => nullTable(seed, NULL_ROWS.table)],
  ['log', (seed: string) => nullLogTable({ seed, rows: NULL_ROWS.log })],
  ...(Object.keys(NULL_WORLDS) as NullWorldName[]).map(
    (name) => [name, (seed: string) => nullWorldTable(name, seed, NULL_ROWS.world)] as const,
  ),
]);

/** What was found in a table without structure. */
export interface NullTable {
  readonly seed: string;
  /** Hypotheses in its ledger. */
  readonly tested: number;
  /** Of these, with a p-value of at most 5 %. */
  readonly small: number;
  /** Its tested findings, by plugin, kind and title. */
  readonly found: readonly string[];
}

/** Analyses null tables or logs in processes beside this one, as many as there are processors: they take a while. */
export async function analyseNullTables(
  seeds: readonly string[],
  kind: string = 'table',
): Promise<NullTable[]> {
  const workers = availableParallelism();
  const shares = Array.from({ length: workers }, (_, i) => seeds.filter((_, j) => j % workers === i));
  return (
    await Promise.all(shares.filter((share) => share.length > 0).map((share) => inProcess(share, kind)))
  ).flat();
}

async function inProcess(seeds: readonly string[], kind: string): Promise<NullTable[]> {
  const worker = fileURLToPath(new URL('./null-worker.ts', import.meta.url));
  const args = [worker, kind, ...seeds];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 26 });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as NullTable);
}
