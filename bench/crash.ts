import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openApp } from '../src/engine/index.ts';
import { armed } from '../test/crash/arming.ts';
import {
  commandLine,
  contentHashes,
  countPassages,
  finishHere,
  problemsAfterCrash,
  writeTable,
} from '../test/crash/scenario.ts';

const usage = 'npm run bench -- crash [N = 200] [--folder DIR]';

/** How a run was ended, and what it had become when the next command looked. */
interface Crash {
  readonly how: 'moment' | 'fail point';
  readonly left: string;
}

/**
 * Kills N runs, by turns at a random moment and at a random passage of each fail point in turn; some of them while an
 * earlier one is resumed. After each the appdata must be whole, and what was killed must come to the reference bytes.
 * Ends with an error at the first that does not.
 */
export async function benchCrashes(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { folder: { type: 'string', default: join(tmpdir(), 'stat-harness-crash') } },
  });
  const times = Number(positionals[0] ?? '200');
  if (!Number.isInteger(times) || times < 1) throw new Error(usage);
  const folder = values.folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const file = writeTable(folder);
  const undisturbed = await undisturbedRun(file, folder);
  const crashes: Crash[] = [];
  for (let seed = 1; seed <= times; seed++) {
    crashes.push(await crashAndFinish(seed, file, folder, undisturbed));
    process.stderr.write(`\r${seed} of ${times} `);
  }
  process.stderr.write('\n');
  console.table(tally(crashes));
  console.log(`${times} kills; after each the appdata was whole, and the run came to the reference bytes.`);
  rmSync(folder, { recursive: true, force: true });
}

interface Undisturbed {
  readonly content: Readonly<Record<string, string>>;
  readonly milliseconds: number;
  /** How often each fail point is passed. */
  readonly passages: readonly (readonly [string, number])[];
}

async function undisturbedRun(file: string, folder: string): Promise<Undisturbed> {
  const line = commandLine(file, join(folder, 'timed'), join(folder, 'out'));
  await ended(line, {});
  rmSync(join(folder, 'timed'), { recursive: true, force: true, maxRetries: 5 });
  const began = performance.now();
  await ended(line, {});
  const milliseconds = performance.now() - began;
  const passed = await countPassages(join(folder, 'undisturbed'), file, join(folder, 'out'));
  return { content: passed.content, passages: [...passed.counts].sort(), milliseconds };
}

async function crashAndFinish(
  seed: number,
  file: string,
  folder: string,
  undisturbed: Undisturbed,
): Promise<Crash> {
  const random = shares(seed);
  const appdata = join(folder, 'appdata');
  const out = join(folder, 'out');
  rmSync(appdata, { recursive: true, force: true, maxRetries: 5 });
  const how = seed % 2 === 0 ? 'fail point' : 'moment';
  const kill = (args: readonly string[]) =>
    how === 'moment'
      ? ended(args, { killAfter: random() * undisturbed.milliseconds * 1.1 })
      : ended(args, { arming: passageOf(undisturbed, Math.floor(seed / 2), random()) });
  await kill(commandLine(file, appdata, out));
  const left = await stateAfter(seed, appdata);
  // Every fourth dies a second time, in the middle of what goes on with it.
  if (seed % 4 < 2 && left !== 'nothing' && left !== 'COMPLETED') {
    await kill(['runs', 'resume', '--quiet', '--appdata', appdata]);
    await stateAfter(seed, appdata);
  }
  const app = await openApp({ appdata });
  const [newest] = app.state.runs.list({ limit: 1 });
  const folderOf =
    newest?.status === 'COMPLETED'
      ? app.paths.run(newest.run_id)
      : (await finishHere(app, file, out)).run_dir;
  app.close();
  const content = await contentHashes(folderOf);
  if (JSON.stringify(content) !== JSON.stringify(undisturbed.content))
    throw new Error(`kill ${seed}: other bytes`);
  return { how, left };
}

/** What the killed process had left; an error where anything is not as it must be. */
async function stateAfter(seed: number, appdata: string): Promise<string> {
  const problems = await problemsAfterCrash(appdata);
  if (problems.length > 0) throw new Error(`kill ${seed} left: ${problems.join('; ')}`);
  const app = await openApp({ appdata });
  const [newest] = app.state.runs.list({ limit: 1 });
  app.close();
  return newest?.status ?? 'nothing';
}

/** A fail point by turns, at one of its passages. */
function passageOf({ passages }: Undisturbed, turn: number, share: number) {
  const [name, count] = passages[turn % passages.length] ?? ['run.sealed', 1];
  return { at: { name, nth: 1 + Math.floor(share * count), effect: 'kill', times: 1 } } as const;
}

async function ended(
  args: readonly string[],
  { killAfter, arming }: { readonly killAfter?: number; readonly arming?: Parameters<typeof armed>[0] },
): Promise<void> {
  const { nodeArguments, environment } =
    arming === undefined ? { nodeArguments: [], environment: {} } : armed(arming);
  const launcher = join(import.meta.dirname, '..', 'bin', 'stat-harness.mjs');
  const child = spawn(process.execPath, [...nodeArguments, launcher, ...args], {
    env: { ...process.env, ...environment },
    stdio: 'ignore',
  });
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
  await new Promise((resolve) => child.on('close', resolve));
  clearTimeout(timer);
}

/** Numbers in [0, 1) that follow from a seed (a multiplicative congruential generator, Lewis, Goodman & Miller 1969). */
function shares(seed: number): () => number {
  let state = (seed * 48_271) % 2_147_483_647;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function tally(crashes: readonly Crash[]): object[] {
  const counts = new Map<string, number>();
  for (const { how, left } of crashes) {
    const key = `killed at a ${how}, then ${left}`;
    counts.set(key, 1 + (counts.get(key) ?? 0));
  }
  return [...counts].sort().map(([what, count]) => ({ what, count }));
}
