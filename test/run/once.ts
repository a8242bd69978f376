import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isSystemError, messageOf } from '../../src/base/index.ts';

/** Work that takes longer than this, in ms, is taken over by another process. */
const MOST_MS = 180_000;

/**
 * What the work gives, done in one of the processes that ask for it with this folder; where it fails, all of them fail.
 * It is given a path of its own, not there yet. If the process that does it dies or takes too long, another one begins anew.
 */
export async function once(
  folder: string,
  work: (own: string) => Promise<string>,
  mostMs = MOST_MS,
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const path = join(folder, String(attempt));
    if (begin(path)) writeOutcome(path, await outcomeOf(work(`${path}-work`)));
    const outcome = await waitFor(path, mostMs);
    if (outcome?.failed !== undefined) throw new Error(outcome.failed);
    if (outcome?.said !== undefined) return outcome.said;
  }
}

interface Outcome {
  readonly said?: string;
  readonly failed?: string;
}

function outcomeOf(work: Promise<string>): Promise<Outcome> {
  return work.then(
    (said) => ({ said }),
    (error: unknown) => ({ failed: messageOf(error) }),
  );
}

/** Whether this process is the one that makes the attempt. Who makes it, and since when, is told in one step. */
function begin(path: string): boolean {
  const mine = `${path}-by-${process.pid}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, since: Date.now() }));
  try {
    linkSync(mine, `${path}-begun`);
    return true;
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(mine);
  }
}

/** Whoever sees the file sees all of it. */
function writeOutcome(path: string, outcome: Outcome): void {
  writeFileSync(`${path}-part`, JSON.stringify(outcome));
  renameSync(`${path}-part`, `${path}-ended`);
}

/** How an attempt ended; nothing where that is no more to be expected. */
async function waitFor(path: string, mostMs: number): Promise<Outcome | undefined> {
  const { pid, since } = JSON.parse(readFileSync(`${path}-begun`, 'utf8')) as { pid: number; since: number };
  for (;;) {
    const goesOn = isAlive(pid) && Date.now() - since < mostMs;
    if (existsSync(`${path}-ended`)) return JSON.parse(readFileSync(`${path}-ended`, 'utf8')) as Outcome;
    if (!goesOn) return undefined;
    await pause(50);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !isSystemError(error, 'ESRCH');
  }
}
