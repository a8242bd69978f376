import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { asDiskFull } from '../../base/index.ts';

/** Texts by number, in the order in which they came. */
export interface StringStore {
  /** Adds UTF-8 to the text that is being added. */
  append(bytes: Buffer, start: number, end: number): void;
  /** Ends the text that is being added. */
  endText(): void;
  readonly count: number;
  /** Undefined where there is no such text. */
  get(index: number): string | undefined;
  close(): void;
}

const BLOCK = 1 << 20;
const POSITIONS = 1 << 16;
const WINDOW = 16 << 10;
/** Positions are kept in 32 bits. */
const MOST_BYTES = 0xffffffff;

/** More text than a store can number. */
export class TooMuchTextError extends Error {}

/**
 * Keeps any number of texts compactly: as UTF-8, end to end, with four bytes for the position of each. The first
 * `memoryBytes` are held in memory, what comes after goes to the file `spillPath`, which is made when it is needed.
 * Throws `TooMuchTextError` beyond 4 GiB.
 */
export function stringStore(spillPath: string, memoryBytes: number): StringStore {
  const blocks: Buffer[] = [];
  const ends: Uint32Array[] = [];
  const inMemory = Math.floor(memoryBytes / BLOCK) * BLOCK;
  const window = { start: 0, bytes: Buffer.alloc(0) };
  let file: number | undefined;
  /** The block that is being filled when memory is used up, and where it begins. */
  let pending = Buffer.alloc(0);
  let pendingStart = inMemory;
  let length = 0;
  let count = 0;

  function append(bytes: Buffer, start: number, end: number): void {
    if (length + end - start > MOST_BYTES) throw new TooMuchTextError();
    for (let from = start; from < end; ) {
      const taken = length < inMemory ? toMemory(bytes, from, end) : toSpill(bytes, from, end);
      from += taken;
      length += taken;
    }
  }

  function toMemory(bytes: Buffer, start: number, end: number): number {
    const offset = length % BLOCK;
    if (offset === 0) blocks.push(Buffer.allocUnsafeSlow(BLOCK));
    return bytes.copy(blocks.at(-1) ?? Buffer.alloc(0), offset, start, end);
  }

  function toSpill(bytes: Buffer, start: number, end: number): number {
    if (pending.length === 0) pending = Buffer.allocUnsafeSlow(BLOCK);
    if (length - pendingStart === BLOCK) {
      write(pending);
      pendingStart += BLOCK;
    }
    return bytes.copy(pending, length - pendingStart, start, end);
  }

  function write(block: Buffer): void {
    try {
      file ??= openSync(spillPath, 'wx+', 0o600);
      for (let written = 0; written < block.length; ) {
        written += writeSync(file, block, written, block.length - written, pendingStart - inMemory + written);
      }
    } catch (error) {
      throw asDiskFull(error, spillPath);
    }
  }

  function slice(start: number, end: number): string {
    if (start >= pendingStart) return pending.toString('utf8', start - pendingStart, end - pendingStart);
    const offset = start % BLOCK;
    if (end <= inMemory && offset + end - start <= BLOCK) {
      return blocks[(start - offset) / BLOCK]?.toString('utf8', offset, offset + end - start) ?? '';
    }
    if (start >= inMemory && end <= pendingStart) return fromFile(start, end);
    return joined(start, end);
  }

  function fromFile(start: number, end: number): string {
    if (start < window.start || end > window.start + window.bytes.length) {
      window.bytes = Buffer.alloc(Math.min(Math.max(WINDOW, end - start), pendingStart - start));
      window.start = start;
      if (file !== undefined) readSync(file, window.bytes, 0, window.bytes.length, start - inMemory);
    }
    return window.bytes.toString('utf8', start - window.start, end - window.start);
  }

  /** A text that lies in more than one place. */
  function joined(start: number, end: number): string {
    const whole = Buffer.alloc(end - start);
    for (let at = start; at < end; ) at += copyFrom(at, whole, at - start);
    return whole.toString('utf8', 0, whole.length);
  }

  function copyFrom(position: number, target: Buffer, at: number): number {
    if (position >= pendingStart) return pending.copy(target, at, position - pendingStart);
    if (position < inMemory)
      return blocks[Math.floor(position / BLOCK)]?.copy(target, at, position % BLOCK) ?? 0;
    if (file === undefined) return 0;
    const bytes = Math.min(target.length - at, pendingStart - position);
    return readSync(file, target, at, bytes, position - inMemory);
  }

  function endOf(index: number): number {
    return index < 0 ? 0 : (ends[index >>> 16]?.[index & (POSITIONS - 1)] ?? 0);
  }

  return {
    append,
    endText() {
      if (count % POSITIONS === 0) ends.push(new Uint32Array(POSITIONS));
      const last = ends.at(-1);
      if (last !== undefined) last[count++ % POSITIONS] = length;
    },
    get count() {
      return count;
    },
    get(index) {
      return index >= 0 && index < count ? slice(endOf(index - 1), endOf(index)) : undefined;
    },
    close() {
      blocks.length = 0;
      ends.length = 0;
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}
