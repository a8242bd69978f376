import { cpSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunSummary } from '../../src/contract/index.ts';
import { EXAMPLE_RUN } from '../temporary-folder.ts';
import { example, run } from './command.ts';
import { once } from './once.ts';

/** All tests of one `npm test` have the same temporary folder. The run is made somewhere below this one. */
export const MADE_BELOW = join(tmpdir(), EXAMPLE_RUN);

/**
 * `run examples/process-log.csv --kind synthetic`, with every plugin, once for all tests: the first that asks makes it, by
 * the command line, and the others wait. Each gets a copy, in the appdata that it names; nothing may be there yet.
 */
export async function exampleRun(appdata: string): Promise<RunSummary> {
  const made = await once(MADE_BELOW, async (from) => {
    const summary = await run(example, from, ['--kind', 'synthetic']);
    return JSON.stringify({ from, said: JSON.stringify(summary) });
  });
  const { from, said } = JSON.parse(made) as { from: string; said: string };
  cpSync(from, appdata, { recursive: true });
  const inside = (path: string) => JSON.stringify(path).slice(1, -1);
  return JSON.parse(said.replaceAll(inside(from), () => inside(appdata))) as RunSummary;
}
