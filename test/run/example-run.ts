import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isSystemError, messageOf } from '../../src/base/index.ts';
import type { RunSummary } from '../../src/contract/index.ts';
import { example, run } from './command.ts';

/** All tests of one `npm test` have the same temporary folder. */
const MADE = join(tmpdir(), 'example-run');

/**
 * `run examples/process-log.csv --kind synthetic`, with every plugin, once for all tests: the first that asks makes it, by
 * the command line, and the others wait. Each gets a copy, in the appdata that it names; nothing may be there yet.
 */
export async function exampleRun(appdata: string): Promise<RunSummary> {
  const first = madeIn();
  const work = async () => JSON.stringify(await run(example, first, ['--kind', 'synthetic']));
  const said = await once(MADE, work);
  cpSync(first, appdata, { recursive: true });
  const inside = (path: string) => JSON.stringify(path).slice(1, -1);
  return JSON.parse(said.replaceAll(inside(first), () => inside(appdata))) as RunSummary;
}

/** The appdata that the run was made in. */
export function madeIn(): string {
  return join(MADE, 'appdata');
}

/** What the work gives, done in one of the processes that ask for it with this folder; all of them fail where it does. */
async function once(folder: string, work: () => Promise<string>): Promise<string> {
  const [done, failed] = [join(folder, 'done'), join(folder, 'failed')];
  if (isFirst(folder)) {
    const outcome = await work().then(
      (said) => [done, said] as const,
      (error: unknown) => [failed, messageOf(error)] as const,
    );
    writeWhole(...outcome);
  }
  while (!existsSync(done)) {
    if (existsSync(failed)) throw new Error(readFileSync(failed, 'utf8'));
    await pause(50);
  }
  return readFileSync(done, 'utf8');
}

function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Whoever sees the file sees all of it. */
function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.part`, text);
  renameSync(`${path}.part`, path);
}
