import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { RunSummary } from '../../src/contract/index.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const testPlugins = join(root, 'fixtures', 'test-plugins');
export const example = join(root, 'examples', 'process-log.csv');

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the real command line in a process of its own. */
export function command(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  return start(args, environment).ended;
}

/** Starts the real command line; `kill` ends it, with all it started where the system can. */
export function start(
  args: readonly string[],
  environment: Record<string, string> = {},
  nodeArguments: readonly string[] = [],
) {
  const child = spawn(process.execPath, [...nodeArguments, join(root, 'bin', 'stat-harness.mjs'), ...args], {
    env: { ...process.env, NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => void out.push(data));
  child.stderr.on('data', (data: Buffer) => void err.push(data));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) =>
      resolve({ code, signal, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }),
    );
  });
  return { child, ended, errors: () => Buffer.concat(err).toString() };
}

/** A temporary folder that goes when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stat-harness-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** A temporary folder for the tests of a file, not there yet: whoever makes it takes it away. */
export function folderOfFile(name: string): string {
  return join(tmpdir(), `${name}-${process.pid}`);
}

/** `run --json` that must end COMPLETED (or as told): its summary. */
export async function run(
  file: string,
  appdata: string,
  args: readonly string[] = [],
  options: { readonly environment?: Record<string, string>; readonly code?: number } = {},
): Promise<RunSummary> {
  const ended = await command(
    ['run', file, '--json', '--quiet', '--appdata', appdata, ...args],
    options.environment,
  );
  if (ended.code !== (options.code ?? 0)) {
    throw new Error(`run ended with ${ended.code}\n${ended.out}\n${ended.err}`);
  }
  return JSON.parse(ended.out) as RunSummary;
}

/** The content files of a run, by name: what must be the same bytes on every rerun. */
export function contentOf(summary: RunSummary): Record<string, string> {
  const names = [
    'report.json',
    'trace.json',
    ...readdirSync(join(summary.run_dir, 'results')).map((n) => `results/${n}`),
  ];
  return Object.fromEntries(
    names.sort().map((name) => [name, readFileSync(join(summary.run_dir, name), 'utf8')]),
  );
}

/** A document; a path that is not there is null, as in the summary of a run without a result. */
export function readJson<T>(path: string | null): T {
  return JSON.parse(readFileSync(path ?? 'no path', 'utf8')) as T;
}

/** Every file below a folder, relative, sorted. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
}
