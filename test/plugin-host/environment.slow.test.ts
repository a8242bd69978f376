import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBubblewrap, wrap } from '../../src/plugin-host/bubblewrap.ts';
import { executeHostile } from './execute-hostile.ts';

/** All that a sandboxed Deno finds set. */
const NAMES = ['DENO_DIR', 'DENO_NO_UPDATE_CHECK', 'LANG', 'LC_ALL', 'NO_COLOR', 'TZ'];
/** What a shell or bubblewrap sets by itself, about the folder that it starts in. */
const OF_THE_STARTER = ['PWD', 'OLDPWD', 'SHLVL', '_'];
const SECRET = 'STAT_HARNESS_TEST_SECRET';
const bubblewrap = await findBubblewrap();

beforeAll(() => void (process.env[SECRET] = 'of the host'));
afterAll(() => void delete process.env[SECRET]);

describe('the environment of a sandboxed process, read from outside, holds these names only (SEC-02)', () => {
  test.skipIf(process.platform !== 'linux')('without bubblewrap', async () => {
    expect(await namesWhileItRuns('off')).toEqual(NAMES);
  });

  test.skipIf(bubblewrap === undefined)('with bubblewrap', async () => {
    expect(await namesWhileItRuns('auto')).toEqual(NAMES);
  });
});

test.skipIf(bubblewrap === undefined)('bubblewrap alone takes the environment of the host away', async () => {
  const {
    command,
    arguments: options,
    deno,
  } = wrap(bubblewrap ?? '', import.meta.dirname, {
    environment: { DENO_DIR: '/deno/none' },
  });
  const print = ['eval', '--no-config', '--no-lock', 'console.log(Object.keys(Deno.env.toObject()).join())'];
  const { stdout } = await promisify(execFile)(command, [...options, deno, ...print], {
    env: { [SECRET]: 'of the host', HOME: '/root' },
  });
  expect(given(stdout.trim().split(','))).toEqual(['DENO_DIR']);
});

/** Names in the environment of the Deno that asks the host a question, read while it waits for the answer. */
async function namesWhileItRuns(osSandbox: 'auto' | 'off'): Promise<readonly string[]> {
  const seen: string[][] = [];
  const look = async () => {
    seen.push(...descendants(process.pid).filter(isDeno).map(namesOf));
    throw new Error('no data');
  };
  const code = "export default { async analyze(ctx) { await ctx.query('SELECT 1').catch(() => 0); } };";
  const { end } = await executeHostile('', { osSandbox, code, door: { query: look } });
  expect(end.sandboxLayers.includes('bubblewrap')).toBe(osSandbox === 'auto');
  expect(seen).toHaveLength(1);
  return given(seen.flat());
}

function given(names: readonly string[]): readonly string[] {
  return names.filter((name) => !OF_THE_STARTER.includes(name)).sort();
}

function isDeno(pid: number): boolean {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'deno';
}

function namesOf(pid: number): string[] {
  const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  return variables.filter((line) => line !== '').map((line) => line.slice(0, line.indexOf('=')));
}

function descendants(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [...children, ...children.flatMap(descendants)];
}
