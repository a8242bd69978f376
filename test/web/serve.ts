import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/stat-harness.mjs', import.meta.url));

/** A server of the real program. */
export interface Served {
  readonly url: string;
  readonly launchUrl: string;
  readonly child: ChildProcess;
  /** What it said on stderr: bugs, mostly. */
  errors(): string;
  /** Ends it, as Ctrl-C does, or with a signal that leaves it no time. */
  stop(signal?: 'SIGINT' | 'SIGKILL'): Promise<void>;
}

/** Starts `serve` on an appdata, and returns once it listens. */
export async function startServing(
  appdata: string,
  environment: Record<string, string> = {},
  args: readonly string[] = [],
): Promise<Served> {
  const child = spawn(process.execPath, [program, 'serve', '--json', '--appdata', appdata, ...args], {
    env: { ...process.env, NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr.on('data', (data: Buffer) => void errors.push(data.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const said = await new Promise<string>((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
      if (out.includes('\n')) resolve(out);
    });
    child.once('exit', (code) => reject(new Error(`serve ended with ${code}: ${errors.join('')}`)));
  });
  const { url, launch_url } = JSON.parse(said) as { url: string; launch_url: string };
  const stop: Served['stop'] = async (signal = 'SIGINT') => {
    child.kill(signal);
    await ended;
  };
  return { url, launchUrl: launch_url, child, errors: () => errors.join(''), stop };
}
