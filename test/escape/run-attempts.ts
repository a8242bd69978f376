import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findBubblewrap, wrap } from '../../src/plugin-host/bubblewrap.ts';
import { findDeno } from '../../src/plugin-host/find-deno.ts';
import { executeHostile, type HostileEnd, notesOf } from '../plugin-host/execute-hostile.ts';
import type { Attempt } from './attack.ts';
import { canaryProgram, hostilePlugin, type Outcome } from './attempts-module.ts';
import { SECRET, SECRET_VARIABLE, type World } from './world.ts';

const execute = promisify(execFile);
export const bubblewrap = await findBubblewrap();

/** The layers that attempts are made against; each but the first with the permissions proven alone. */
export const MODES = [
  { mode: 'all layers but bubblewrap', globals: 'plain', osSandbox: 'off' },
  { mode: 'the permissions alone', globals: 'bare', osSandbox: 'off' },
  { mode: 'the permissions and bubblewrap', globals: 'bare', osSandbox: 'auto' },
] as const;
export type Mode = (typeof MODES)[number];

/** The attempts that say something in a mode. */
export function fitting(attempts: readonly Attempt[], { globals }: Pick<Mode, 'globals'>): Attempt[] {
  return attempts.filter(({ only }) => only === undefined || only === globals);
}

/** Makes the attempts in one execution in the sandbox. */
export async function inSandbox(
  attempts: readonly Attempt[],
  world: World,
  { globals, osSandbox }: Omit<Mode, 'mode'>,
): Promise<{ readonly outcomes: readonly Outcome[]; readonly done: HostileEnd }> {
  const done = await executeHostile('', {
    code: hostilePlugin(attempts),
    settings: { ...world.places },
    osSandbox,
    bareGlobals: globals === 'bare',
  });
  return { outcomes: JSON.parse(notesOf(done)[0] ?? ''), done };
}

/** Every permission, and what is behind a flag. */
export const CANARY_FLAGS = [
  ...['run', '--allow-all', '--quiet', '--no-prompt', '--no-config'],
  ...['--unstable-kv', '--unstable-raw-imports', '--unstable-worker-options'],
];

/** An environment that has something to tell. */
export function hostEnvironment({ folder }: World): Record<string, string> {
  return {
    ...{ PATH: '/usr/bin:/bin', HOME: folder, [SECRET_VARIABLE]: SECRET, NO_COLOR: '1' },
    ...{ DENO_DIR: join(folder, 'deno'), TZ: 'America/New_York', LC_ALL: 'de_DE.UTF-8' },
    DENO_NO_UPDATE_CHECK: '1',
  };
}

/** Makes the attempts with every permission. */
export function withoutSandbox(attempts: readonly Attempt[], world: World): Promise<readonly Outcome[]> {
  return program([findDeno()], attempts, world, hostEnvironment(world));
}

/** Makes the attempts with every permission, in bubblewrap alone. */
export function inBubblewrapAlone(attempts: readonly Attempt[], world: World): Promise<readonly Outcome[]> {
  const code = join(world.folder, 'code');
  if (!existsSync(code)) mkdirSync(code);
  const environment = { DENO_DIR: '/code/canary.mjs/none', NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' };
  const { command, arguments: options, deno } = wrap(bubblewrap ?? '', code, { environment });
  return program([command, ...options, deno], attempts, world, {});
}

async function program(
  command: readonly string[],
  attempts: readonly Attempt[],
  { folder, places }: World,
  env: Record<string, string>,
): Promise<readonly Outcome[]> {
  const inside = command.length > 1;
  const file = join(folder, inside ? 'code' : 'home', 'canary.mjs');
  writeFileSync(file, canaryProgram(attempts, places));
  const [first = '', ...rest] = command;
  const { stdout } = await execute(first, [...rest, ...CANARY_FLAGS, inside ? '/code/canary.mjs' : file], {
    cwd: join(folder, 'home'),
    env,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}
