import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { isSystemError } from '../base/index.ts';

// https://www.sqlite.org/fileformat2.html#the_write_ahead_log
const MAGIC = 0x377f0682;
const HEADER = 32;
const FRAME_HEADER = 24;

/**
 * What is wrong with a write-ahead log; undefined where nothing is. SQLite reads a log up to the first frame that does
 * not add up and drops the rest without a word: right for the transaction that a power loss tore, which is the last
 * one and was never reported as done, but not where commits lie behind it. Those would be lost in silence.
 */
export function damageOfLog(path: string): string | undefined {
  const file = openLog(path);
  if (file === undefined) return undefined;
  try {
    return damageIn(file, fstatSync(file).size);
  } finally {
    closeSync(file);
  }
}

function damageIn(file: number, size: number): string | undefined {
  // A header alone, or less, holds no commit.
  if (size <= HEADER) return undefined;
  const header = readAt(file, 0, HEADER);
  const sums = new Checksum((header.readUInt32BE(0) & 1) === 1);
  sums.add(header.subarray(0, 24));
  const isHeader = (header.readUInt32BE(0) & ~1) === MAGIC && sums.equal(header, 24);
  if (!isHeader) return 'its write-ahead log can not be read';
  const frames = frameReader(file, size, header);
  let commits = 0;
  for (let index = 0; index < frames.count; index++) {
    const frame = frames.read(index);
    if (!frame.isCurrent || !sums.accepts(frame)) return behind(frames, index, commits);
    if (frame.commits) commits += 1;
  }
  return undefined;
}

/** Frames behind the end of the transaction that does not add up: that one was done, and so is what follows it. */
function behind(frames: FrameReader, first: number, commits: number): string | undefined {
  let ended = false;
  for (let index = first; index < frames.count; index++) {
    const frame = frames.read(index);
    if (!frame.isCurrent) continue;
    if (ended) return `its write-ahead log is damaged behind its first ${commits} commits`;
    ended = frame.commits;
  }
  return undefined;
}

interface Frame {
  /** Written since the log was last begun anew; what is older lies behind the end of the log. */
  readonly isCurrent: boolean;
  /** The last frame of a transaction. */
  readonly commits: boolean;
  readonly bytes: Buffer;
}

interface FrameReader {
  readonly count: number;
  read(index: number): Frame;
}

function frameReader(file: number, size: number, header: Buffer): FrameReader {
  const frameBytes = FRAME_HEADER + header.readUInt32BE(8);
  return {
    count: Math.floor((size - HEADER) / frameBytes),
    read(index) {
      const bytes = readAt(file, HEADER + index * frameBytes, frameBytes);
      const isCurrent = bytes.subarray(8, 16).equals(header.subarray(16, 24));
      return { isCurrent, commits: bytes.readUInt32BE(4) !== 0, bytes };
    },
  };
}

/** The running checksum over header and frames. */
class Checksum {
  readonly #bigEndian: boolean;
  #a = 0;
  #b = 0;

  constructor(bigEndian: boolean) {
    this.#bigEndian = bigEndian;
  }

  add(bytes: Buffer): void {
    for (let at = 0; at + 8 <= bytes.length; at += 8) {
      this.#a = (this.#a + this.#word(bytes, at) + this.#b) >>> 0;
      this.#b = (this.#b + this.#word(bytes, at + 4) + this.#a) >>> 0;
    }
  }

  /** Goes on over a frame; false where the frame holds another sum. */
  accepts({ bytes }: Frame): boolean {
    this.add(bytes.subarray(0, 8));
    this.add(bytes.subarray(FRAME_HEADER));
    return this.equal(bytes, 16);
  }

  equal(bytes: Buffer, at: number): boolean {
    return this.#a === bytes.readUInt32BE(at) && this.#b === bytes.readUInt32BE(at + 4);
  }

  #word(bytes: Buffer, at: number): number {
    return this.#bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
  }
}

function openLog(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function readAt(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  readSync(file, bytes, 0, length, position);
  return bytes;
}
