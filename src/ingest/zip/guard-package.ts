import { bomb, damaged, hasPassword } from './refusals.ts';

/** What a package says about one of its entries, before anything of it is read. */
export interface EntryFacts {
  readonly fileName: string;
  readonly fileNameLength: number;
  readonly compressedSize: number;
  readonly uncompressedSize: number;
  readonly relativeOffsetOfLocalHeader: number;
  readonly encrypted: boolean;
}

const MiB = 1 << 20;
const GiB = 1 << 30;
export const MOST_ENTRIES = 10_000;
/** Sheets and shared strings shrink to a tenth, styled empty cells to a fortieth. Deflate can do one to a thousand. */
const HIGHEST_RATIO = 250;
const ALWAYS_ALLOWED = 16 * MiB;
const MOST_UNPACKED = 32 * GiB;
const LOCAL_HEADER = 30;

/**
 * Refuses a package by what its directory says: too many entries, entries that unpack to too much, entries that lie
 * over each other, names twice, passwords. Throws `SH_INPUT_BOMB`, `SH_INPUT_DAMAGED`, `SH_INPUT_PASSWORD`. What the
 * directory says is enforced while entries are read.
 */
export function guardPackage(entries: readonly EntryFacts[], fileBytes: number, shownPath: string): void {
  if (entries.some(({ encrypted }) => encrypted)) throw hasPassword(shownPath);
  refuseTooMuch(entries, fileBytes, shownPath);
  refuseOverlaps(entries, fileBytes, shownPath);
  refuseTwins(entries, shownPath);
}

function refuseTooMuch(entries: readonly EntryFacts[], fileBytes: number, shownPath: string): void {
  let total = 0;
  for (const { fileName, compressedSize, uncompressedSize } of entries) {
    total += uncompressedSize;
    if (!tooMuch(uncompressedSize, compressedSize)) continue;
    throw bomb(
      shownPath,
      `${fileName} would unpack from ${size(compressedSize)} to ${size(uncompressedSize)}`,
    );
  }
  if (!tooMuch(total, fileBytes)) return;
  throw bomb(
    shownPath,
    `its ${entries.length} entries would unpack from ${size(fileBytes)} to ${size(total)}`,
  );
}

function tooMuch(unpacked: number, packed: number): boolean {
  return unpacked > MOST_UNPACKED || (unpacked > ALWAYS_ALLOWED && unpacked > packed * HIGHEST_RATIO);
}

/** Entries that share bytes are how one small block unpacks many times. */
function refuseOverlaps(entries: readonly EntryFacts[], fileBytes: number, shownPath: string): void {
  const inOrder = entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  inOrder.forEach((entry, i) => {
    const start = entry.relativeOffsetOfLocalHeader;
    const end = start + LOCAL_HEADER + entry.fileNameLength + entry.compressedSize;
    const next = inOrder[i + 1];
    if (end > fileBytes) throw damaged(shownPath, `${entry.fileName} goes on behind the end of the file`);
    if (next === undefined || end <= next.relativeOffsetOfLocalHeader) return;
    throw bomb(shownPath, `the entries ${entry.fileName} and ${next.fileName} lie over each other`);
  });
}

/** The names of parts don't differ by case alone. */
function refuseTwins(entries: readonly EntryFacts[], shownPath: string): void {
  const seen = new Set<string>();
  for (const { fileName } of entries) {
    const name = partKey(fileName);
    if (seen.has(name)) throw damaged(shownPath, `it holds ${fileName} twice`);
    seen.add(name);
  }
}

/** A part's name as it is compared: ASCII case does not count. */
export function partKey(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function size(bytes: number): string {
  if (bytes >= GiB) return `${(bytes / GiB).toFixed(1)} GiB`;
  return bytes >= MiB ? `${(bytes / MiB).toFixed(1)} MiB` : `${Math.ceil(bytes / 1024)} KiB`;
}
