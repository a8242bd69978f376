import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Measured {
  readonly seconds: number;
  /** Highest sum of the proportional set sizes of the process and all it started, sampled every 50 ms; 0 off Linux. */
  readonly peakBytes: number;
}

/** Runs a script with this Node and measures it as a whole. Throws when it fails. */
export function measure(args: readonly string[]): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    let peakBytes = 0;
    const sampler = setInterval(() => {
      peakBytes = Math.max(peakBytes, treeBytes(child.pid ?? 0));
    }, 50);
    child.on('close', (code) => {
      clearInterval(sampler);
      if (code !== 0) return reject(new Error(`${args.join(' ')} ended with ${code}`));
      resolve({ seconds: (performance.now() - started) / 1000, peakBytes });
    });
  });
}

/** The unit: DuckDB loads a CSV file into a database in `folder`, and summarises it, with two threads. */
export function measurePeer(file: string, folder: string): Promise<Measured> {
  return measure([join(import.meta.dirname, 'peer-duckdb.ts'), file, join(folder, 'peer.duckdb'), '2']);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** Sum of the proportional set sizes of a process and all it started; 0 where it is gone, and off Linux. */
export function treeBytes(root: number): number {
  const children = new Map<number, number[]>();
  for (const name of processes()) {
    const parent = Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${name}/status`))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const sum = (pid: number): number =>
    Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024 +
    (children.get(pid) ?? []).reduce((total, child) => total + sum(child), 0);
  return sum(root);
}

function processes(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
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
