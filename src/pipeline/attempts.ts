import { join } from 'node:path';
import { ensureDirectory, failPoint, namesIn, renameDurably } from '../base/index.ts';

const FOLDER = /^attempt-([1-9]\d*)$/;
/** Moved last: while it is there, the move of an attempt's files is not done. */
const JOURNAL = 'journal.json';

/**
 * Puts what an earlier attempt of a run has left (journal, run log, logs of plugins) aside, into `logs/attempt-N/`. Dying
 * half-way through it is made up for by the next attempt. Returns how many earlier attempts there were.
 */
export async function putEarlierAttemptAside(folder: string): Promise<number> {
  const logs = join(folder, 'logs');
  const names = await namesIn(logs);
  const numbers = names.flatMap((name) => Number(FOLDER.exec(name)?.[1] ?? Number.NaN) || []);
  const last = Math.max(0, ...numbers);
  const rest = names.filter((name) => !FOLDER.test(name)).map((name) => [join(logs, name), name] as const);
  const own = (await namesIn(folder))
    .filter((name) => name === 'run.log' || name === JOURNAL)
    .sort(journalLast);
  const left = [...rest, ...own.map((name) => [join(folder, name), name] as const)];
  if (left.length === 0) return last;
  const isHalfMoved = last > 0 && !(await namesIn(join(logs, `attempt-${last}`))).includes(JOURNAL);
  const number = isHalfMoved ? last : last + 1;
  const target = join(logs, `attempt-${number}`);
  await ensureDirectory(target);
  for (const [path, name] of left) {
    await renameDurably(path, join(target, name));
    failPoint('attempt.moving', name);
  }
  return number;
}

function journalLast(a: string, b: string): number {
  return Number(a === JOURNAL) - Number(b === JOURNAL);
}
