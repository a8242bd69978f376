import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BenchBaseline, type BenchResult, check, describeProblems } from '../src/contract/index.ts';
import { STAGES, type Stage, SUBJECTS, type Subject, type Turn, takeTurn, writeFiles } from './cases.ts';
import { judge } from './gate.ts';
import { type Measured, median } from './measure.ts';
import { DEFAULT_FOLDER } from './options.ts';
import { DUCKDB, OTHERS } from './peers.ts';

const BASELINE = join(import.meta.dirname, 'baseline.json');

/**
 * The engine beside DuckDB and whoever else is there, on the same files in turn: a table on the terminal, `bench.json` in
 * the folder, and the comparison with bench/baseline.json, which fails with `--gate`.
 */
export async function benchBesidePeers(args: readonly string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      rows: { type: 'string', default: '1000000' },
      repeats: { type: 'string', default: '3' },
      folder: { type: 'string', default: DEFAULT_FOLDER },
      only: { type: 'string', default: '' },
      others: { type: 'boolean', default: true },
      gate: { type: 'boolean', default: false },
      'write-baseline': { type: 'boolean', default: false },
    },
  });
  const { folder } = options;
  mkdirSync(folder, { recursive: true });
  const [rows, repeats] = [Number(options.rows), Number(options.repeats)];
  const results: BenchResult[] = [];
  for (const subject of SUBJECTS.filter(({ name }) => name.includes(options.only))) {
    const measured = await measureSubject(subject, { folder, rows, repeats });
    console.table(measured.map(lineOf));
    if (options.others) await tellOthers((await writeFiles(subject, folder, rows)).table, folder);
    results.push(...measured);
  }
  write(join(folder, 'bench.json'), results);
  const baseline = readBaseline(BASELINE);
  const { failures, remarks } = judge(baseline, results);
  for (const line of [...failures, ...remarks]) console.log(line);
  if (options['write-baseline']) {
    const isNew = (one: BenchResult) => results.some((now) => now.case === one.case && now.rows === one.rows);
    write(BASELINE, [...baseline.filter((one) => !isNew(one)), ...results]);
  } else if (options.gate && failures.length > 0) process.exitCode = 1;
}

/** Measures a subject beside the peer, by turns; one result for each stage. */
export async function measureSubject(
  subject: Subject,
  { folder, rows, repeats, stages = STAGES }: Measuring,
): Promise<BenchResult[]> {
  const files = await writeFiles(subject, folder, rows);
  const turns: Turn[] = [];
  for (let i = 0; i < repeats; i += 1) turns.push(await takeTurn(subject, { files, folder, stages }));
  return stages.map((stage) => resultOf(stage, turns, { case: `${subject.name}: ${stage}`, rows, repeats }));
}

interface Measuring {
  readonly folder: string;
  readonly rows: number;
  readonly repeats: number;
  /** All of them, if left out. */
  readonly stages?: readonly Stage[];
}

function resultOf(
  stage: Stage,
  turns: readonly Turn[],
  what: Pick<BenchResult, 'case' | 'rows' | 'repeats'>,
): BenchResult {
  const peer = turns.map((turn) => turn.peer);
  const ours = turns.flatMap(({ stages }) => stages.get(stage) ?? []);
  const ratio = (of: (one: Measured) => number) => {
    const middle = median(ours.map((one, i) => of(one) / of(peer[i] ?? one)));
    return Number.isFinite(middle) && middle > 0 ? rounded(middle) : null;
  };
  const found = turns.flatMap(({ firstFindingSeconds: one }) => (one === null ? [] : [one]));
  return {
    ...what,
    ratios: {
      wall: ratio((one) => one.seconds) ?? 0,
      processor: ratio((one) => one.processorSeconds),
      memory: ratio((one) => one.peakBytes),
    },
    cost: costOf(ours),
    peer: { name: DUCKDB.name, version: DUCKDB.version(), cost: costOf(peer) },
    first_finding_s: stage === 'first run' && found.length > 0 ? rounded(median(found)) : null,
    ...circumstances(),
  };
}

/** The other peers, once each: beside the table, and no part of the gate. */
async function tellOthers(file: string, folder: string): Promise<void> {
  for (const peer of OTHERS) {
    let version: string;
    try {
      version = peer.version();
    } catch {
      console.log(`${peer.name}: not there`);
      continue;
    }
    const { seconds, processorSeconds, peakBytes } = await peer.measure(file, folder);
    const took = `${rounded(seconds)} s, ${rounded(processorSeconds)} s of processor, ${megabytes(peakBytes)} MB`;
    console.log(`${peer.name} (${version}): ${took}`);
  }
}

/** Medians; null off Linux, where only time is seen. */
function costOf(measured: readonly Measured[]): BenchResult['cost'] {
  const middle = (of: (one: Measured) => number) => rounded(median(measured.map(of)));
  const [processor, memory] = [middle((one) => one.processorSeconds), middle((one) => one.peakBytes)];
  return {
    wall_s: middle((one) => one.seconds),
    processor_s: processor === 0 ? null : processor,
    peak_memory_bytes: memory === 0 ? null : memory,
  };
}

function circumstances(): Pick<BenchResult, 'commit' | 'changed' | 'taken_at' | 'machine'> {
  return {
    commit: git('rev-parse', 'HEAD') ?? null,
    changed: (git('status', '--porcelain') ?? '') !== '',
    taken_at: new Date().toISOString(),
    machine: {
      platform: `${process.platform}-${process.arch}`,
      processors: cpus().length,
      model: cpus()[0]?.model ?? '',
      memory_bytes: totalmem(),
      node: process.version,
    },
  };
}

/** What git says of this work tree; undefined where there is none. */
function git(...args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return undefined;
  }
}

function lineOf({ case: what, cost, ratios, first_finding_s }: BenchResult) {
  return {
    what,
    s: cost.wall_s,
    'processor, s': cost.processor_s,
    'peak memory of the tree, MB': megabytes(cost.peak_memory_bytes ?? 0),
    'wall / DuckDB': ratios.wall,
    'processor / DuckDB': ratios.processor,
    'memory / DuckDB': ratios.memory,
    'first finding, s': first_finding_s,
  };
}

export function readBaseline(path: string): readonly BenchResult[] {
  const checked = check(BenchBaseline, JSON.parse(readFileSync(path, 'utf8')));
  if (!checked.ok) throw new Error(`${path}: ${describeProblems(checked.problems)}`);
  return checked.value.results;
}

function write(path: string, results: readonly BenchResult[]): void {
  const document: BenchBaseline = { schema_version: 'bench_baseline.v1', results: [...results] };
  writeFileSync(path, `${JSON.stringify(document, null, 2)}\n`);
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
