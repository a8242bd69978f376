import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { endingOf } from '../../src/plugin-host/ending.ts';
import { ceilingsFor } from '../../src/plugin-host/index.ts';
import { probeProcess, tryWatch } from '../../src/plugin-host/watch-resources.ts';

const folder = mkdtempSync(join(tmpdir(), 'watch-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A folder as the kernel has it of a process. */
function processFolder(told: { readonly children: boolean; readonly status: string }): string {
  mkdirSync(join(folder, 'task/7'), { recursive: true });
  if (told.children) writeFileSync(join(folder, 'task/7/children'), '');
  writeFileSync(join(folder, 'status'), told.status);
  writeFileSync(join(folder, 'statm'), '900 101 50 5 0 90 0\n');
  return folder;
}

test('a process is measured in the pages of its kernel, of whatever size they are', () => {
  for (const bytes of [4096, 16_384, 65_536]) {
    const status = `Name:\tdeno\nVmRSS:\t   ${(bytes / 1024) * 100} kB\nThreads:\t7\n`;
    expect(probeProcess(processFolder({ children: true, status }))).toEqual({ pageBytes: bytes });
  }
});

test('where the kernel does not tell children or memory, nothing is watched, and it is said why', () => {
  const status = 'VmRSS:\t 400 kB\n';
  expect(probeProcess(processFolder({ children: false, status })).problem).toContain('CONFIG_PROC_CHILDREN');
  expect(probeProcess(processFolder({ children: true, status: '' })).problem).toContain('memory');
});

test.skipIf(process.platform !== 'linux')('this machine is probed', () => {
  expect(tryWatch()).toEqual(probeProcess('/proc/self'));
});

test.skipIf(process.platform === 'win32')('what a process started ends with it', async () => {
  const child = spawn('/bin/sh', ['-c', 'sleep 20 & echo $!; wait'], { detached: true });
  const started = await new Promise<number>((resolve) => {
    child.stdout.once('data', (text) => resolve(Number(String(text))));
  });
  expect(isAlive(started)).toBe(true);
  endingOf(child, ceilingsFor('analysis')).stop('failed', 'enough');
  await vi.waitFor(() => expect(isAlive(started)).toBe(false), { timeout: 4000 });
});

/** One that has ended and that nobody has asked for since counts as ended. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
