import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

export interface Measured {
  readonly seconds: number;
  /** Processor time of the process, if it is Node as it tells it, and of all it started, as seen every 50 ms; those 0 off Linux. */
  readonly processorSeconds: number;
  /** Highest sum of the proportional set sizes of the process and all it started, sampled every 50 ms; 0 off Linux. */
  readonly peakBytes: number;
}

/** Clock ticks of /proc are hundredths of a second on every Linux. */
const TICKS_PER_SECOND = 100;

const PROGRAM = 'bin/stat-harness.mjs';
const { givingBack } = (await import(new URL('../bin/give-back.mjs', import.meta.url).href)) as {
  readonly givingBack: () => NodeJS.ProcessEnv;
};
const TELL_USAGE = new URL('./tell-usage.mjs', import.meta.url).href;

export interface MeasureOptions {
  /** The program, this Node if left out. */
  readonly command?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a script with this Node, or another program, and measures it as a whole. Throws when it fails. */
export function measure(
  args: readonly string[],
  { command = process.execPath, environment = {} }: MeasureOptions = {},
): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    // Measured, the program can't begin again by itself.
    const env = { ...(args[0] === PROGRAM ? givingBack() : process.env), ...environment };
    const isNode = command === process.execPath;
    const all = isNode ? ['--import', TELL_USAGE, ...args] : args;
    const child = spawn(command, all, { stdio: ['ignore', 'ignore', 'inherit', 'pipe'], env });
    const told = text(child.stdio[3] as Readable);
    const seconds = new Map<number, number>();
    let peakBytes = 0;
    const sampler = setInterval(() => {
      const pids = pidsOf(child.pid ?? 0);
      if (mayPass(pids, peakBytes)) peakBytes = Math.max(peakBytes, treeBytes(child.pid ?? 0));
      for (const pid of pids) seconds.set(pid, Math.max(seconds.get(pid) ?? 0, processorSeconds(pid)));
    }, 50);
    child.on('error', reject);
    child.on('close', async (code) => {
      clearInterval(sampler);
      if (code !== 0) return reject(new Error(`${command} ${args.join(' ')} ended with ${code}`));
      if (isNode) seconds.set(child.pid ?? 0, Number(await told));
      resolve({
        seconds: (performance.now() - started) / 1000,
        processorSeconds: [...seconds.values()].reduce((sum, one) => sum + one, 0),
        peakBytes,
      });
    });
  });
}

/** Processor time that a process has had; 0 where it is gone, and off Linux. */
function processorSeconds(pid: number): number {
  const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** Sum of the proportional set sizes of a process and all it started; 0 where it is gone, and off Linux. */
export function treeBytes(root: number): number {
  return treeOf(root).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** A process and all it started, each with its proportional set size. */
export function treeOf(root: number): { readonly pid: number; readonly bytes: number }[] {
  return pidsOf(root).map((pid) => ({ pid, bytes: proportionalBytes(pid) }));
}

/**
 * True where the proportional set sizes of processes may add up to more than so many bytes. While the kernel adds those up, the
 * process can't get memory: asked for twenty times a second they doubled the time of what was measured. Resident sets
 * cost nothing and are never less, so the others need to be asked for only where a new peak is possible.
 */
export function mayPass(pids: readonly number[], bytes: number): boolean {
  return pids.reduce((sum, pid) => sum + residentBytes(pid), 0) > bytes;
}

/**
 * A process and all it started. Each says what it started: to look through all of a busy machine, twenty times a second,
 * would take a third of a processor from what is measured.
 */
export function pidsOf(root: number): number[] {
  return [root, ...childrenOf(root).flatMap(pidsOf)];
}

function proportionalBytes(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024;
}

/** What a process has in memory, shared pages in full. */
function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

/** What the threads of a process started; nothing where it is gone, and off Linux. */
function childrenOf(pid: number): number[] {
  const found = threadsOf(pid).map((thread) => read(`/proc/${pid}/task/${thread}/children`));
  return (found.join(' ').match(/\d+/g) ?? []).map(Number);
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** A file of /proc, or nothing where the process is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
