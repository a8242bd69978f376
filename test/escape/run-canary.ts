import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { findDeno } from '../../src/plugin-host/find-deno.ts';
import { CANARY_FLAGS, hostEnvironment } from './run-attempts.ts';
import { placed, type World } from './world.ts';

/** A host that protects and judges nothing. */
const HOST = `
const say = (text) => console.error(text);
const ctx = { settings: {}, note: (text) => say('note: ' + text), log: say };
try {
  await (await import('./plugin.mjs')).default.analyze(ctx);
} catch (error) {
  say('threw ' + error);
}
console.log('done');
Deno.exit(0);
`;
/** What has said something and runs on for this long does not end by itself. */
const PATIENCE_MS = 700;

/** Runs a plugin with every permission; tells what it wrote and how it ended: `exit 0`, or the signal that it took. */
export async function seenWithoutSandbox(code: string, world: World): Promise<string> {
  const home = join(world.folder, 'home');
  writeFileSync(join(home, 'plugin.mjs'), placed(code, world.places));
  writeFileSync(join(home, 'host.mjs'), HOST);
  const child = spawn(findDeno(), [...CANARY_FLAGS, 'host.mjs'], { cwd: home, env: hostEnvironment(world) });
  let seen = '';
  child.stdout.on('data', (bytes) => void (seen += String(bytes)));
  child.stderr.on('data', (bytes) => void (seen += String(bytes)));
  child.stderr.once('data', () => void end(child));
  child.stdin.on('error', () => undefined).write('an answer');
  return new Promise((resolve) => {
    child.on('close', (exitCode, signal) => resolve(`${seen}${signal ?? `exit ${exitCode}`}`));
  });
}

/** Asks it to end, and ends it. */
async function end(child: ChildProcess): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    await setTimeout(PATIENCE_MS);
    child.kill(signal);
  }
}
