import { randomBytes } from 'node:crypto';
import { sha256 } from './hash.ts';
import { isPidAlive, type Place, thisPlace, UNKNOWN } from './this-process.ts';

/** Machine, boot and space of process ids, as short hashes, and the id: `9f86d0818847-4711`. */
const MARK = /^([0-9a-f]{5})([0-9a-f]{4})([0-9a-f]{3})-([1-9]\d*)$/;
const NO_BOOT = '0000';

const here = memo(thisPlace);

/** What a process has under way bears its mark in the name, so that others can tell whether it is still needed. */
export function processMark(pid: number = process.pid, place: Place = here()): string {
  const boot = place.boot_id === UNKNOWN ? NO_BOOT : short(place.boot_id, 4);
  return `${short(place.host, 5)}${boot}${short(place.pid_space, 3)}-${pid}`;
}

/** The name of a file that is written beside another, until it is whole. */
export function temporaryBeside(path: string): string {
  return `${path}.${processMark()}.${randomBytes(2).toString('hex')}.tmp`;
}

/** Days after which what nobody who can be seen is writing counts as left behind. */
export const LEFTOVER_DAYS = 7;

/** How a mark is judged; tests see other places. */
interface Seen {
  readonly place: Place;
  isAlive(pid: number): boolean;
}

/**
 * Whether something was left behind by a process that is gone: one of this machine's that has ended or was of an earlier
 * boot; of one that can't be seen from here (another machine, a container, Windows beside WSL), or that nothing is known
 * of, only when nothing was written to it for a week.
 */
export function isLeftBehind(
  mark: string,
  times: { readonly written: number; readonly now: string },
  seen: Seen = { place: here(), isAlive: isPidAlive },
): boolean {
  const [, host, boot, space, pid] = MARK.exec(mark) ?? [];
  const [, ownHost, ownBoot, ownSpace] = MARK.exec(processMark(1, seen.place)) ?? [];
  if (pid !== undefined && host === ownHost) {
    if (boot !== ownBoot && boot !== NO_BOOT && ownBoot !== NO_BOOT) return true;
    if (space === ownSpace) return !seen.isAlive(Number(pid));
  }
  return Date.parse(times.now) - times.written > LEFTOVER_DAYS * 86_400_000;
}

function short(text: string, digits: number): string {
  return sha256(text).slice('sha256:'.length).slice(0, digits);
}

function memo<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
