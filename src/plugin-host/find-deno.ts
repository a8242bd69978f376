import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { HarnessError, messageOf } from '../base/index.ts';

const BINARY = process.platform === 'win32' ? 'deno.exe' : 'deno';
const PLATFORM = `${process.platform}-${process.arch}${process.platform === 'linux' ? '-glibc' : ''}`;

let found: string | undefined;
let version: Promise<string> | undefined;

/**
 * The sandbox's binary, from the npm package of this platform. Throws SH_SANDBOX_UNAVAILABLE where there is none;
 * a Deno that lies elsewhere on the machine is never taken.
 */
export function findDeno(): string {
  found ??= candidates().find((path) => existsSync(path));
  if (found === undefined) {
    throw new HarnessError('SH_SANDBOX_UNAVAILABLE', { reason: `there is no Deno for ${PLATFORM}` });
  }
  return found;
}

/** The version of the sandbox's runtime, as it says itself (`2.9.6`). */
export function denoVersion(): Promise<string> {
  version ??= askVersion();
  return version;
}

function candidates(): string[] {
  const here = createRequire(import.meta.url);
  const deno = folderOf(here, 'deno');
  const beside = deno === undefined ? here : createRequire(join(deno, 'package.json'));
  const platform = folderOf(beside, `@deno/${PLATFORM}`);
  return [platform, deno].flatMap((folder) => (folder === undefined ? [] : [join(folder, BINARY)]));
}

function folderOf(require: NodeJS.Require, name: string): string | undefined {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

async function askVersion(): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(findDeno(), ['--version'], { env: { NO_COLOR: '1' } });
    const [, number] = /^deno (\S+)/.exec(stdout) ?? [];
    if (number === undefined) throw new Error('its version can not be read');
    return number;
  } catch (error) {
    if (error instanceof HarnessError) throw error;
    throw new HarnessError('SH_SANDBOX_UNAVAILABLE', { reason: `Deno does not start (${messageOf(error)})` });
  }
}
