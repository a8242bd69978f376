import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { findBubblewrap } from '../../src/plugin-host/bubblewrap.ts';

const bubblewrap = await findBubblewrap();
const missing = process.platform !== 'linux' || !existsSync('/usr/bin/setpriv');

/** A host to be killed: it executes a plugin that never ends. */
const HOST = `
  const { executeHostile } = await import(${JSON.stringify(new URL('execute-hostile.ts', import.meta.url).href)});
  const limits = { wall_s: 600, cpu_s: 600 };
  await executeHostile('endless_loop', { osSandbox: process.argv[1], limits });
`;

describe.each(['off', 'auto'])('with bubblewrap %s', (osSandbox) => {
  const skipped = missing || (osSandbox === 'auto' && bubblewrap === undefined);
  test.skipIf(skipped)('a sandbox ends with a host that is killed', async () => {
    const host = spawn(process.execPath, ['--input-type=module', '-e', HOST, osSandbox]);
    const sandbox = await until(() => descendants(host.pid ?? 0).find((pid) => nameOf(pid) === 'deno'));
    expect(nameOf(sandbox)).toBe('deno');
    host.kill('SIGKILL');
    await until(() => (nameOf(sandbox) === 'deno' ? undefined : true));
    expect(nameOf(sandbox)).not.toBe('deno');
  });
});

async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const seen = look();
    if (seen !== undefined) return seen;
    await pause(20);
  }
}

function descendants(pid: number): number[] {
  const children = read(() => readdirSync(`/proc/${pid}/task`), []).flatMap((thread) =>
    read(() => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8'), '')
      .split(' ')
      .filter((text) => text !== '')
      .map(Number),
  );
  return [...children, ...children.flatMap(descendants)];
}

function nameOf(pid: number): string {
  return read(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim(), '');
}

function read<T>(look: () => T, nothing: T): T {
  try {
    return look();
  } catch {
    return nothing;
  }
}
