import { type FileHandle, open } from 'node:fs/promises';
import type { Head } from '../file-format.ts';
import { hasPassword } from '../zip/refusals.ts';
import { unsupported } from './refusals.ts';

const SIGNATURE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const HEADER = 512;
const DIRECTORY_ENTRY = 128;
const FIRST_TABLES = 109;
const MOST_SECTORS = 256;
const LARGEST_SECTOR = 1 << 16;
const LAST_SECTOR = 0xfffffffa;

const KINDS: readonly (readonly [string, string])[] = [
  ['Workbook', 'an old workbook (XLS)'],
  ['Book', 'an old workbook (XLS)'],
  ['WordDocument', 'an old Word document (DOC)'],
  ['PowerPoint Document', 'an old presentation (PPT)'],
];

/**
 * Refuses a compound file, the old container of office files, by what its streams are called: a workbook with a
 * password is one of them. Throws `SH_INPUT_PASSWORD`, `SH_INPUT_FORMAT_UNSUPPORTED`; any other file passes.
 */
export async function refuseCompoundFile(head: Head, path: string, shownPath: string): Promise<void> {
  if (!head.bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) return;
  const names = new Set(await namesInside(path));
  if (names.has('EncryptedPackage') || names.has('EncryptionInfo')) throw hasPassword(shownPath);
  const kind = KINDS.find(([name]) => names.has(name));
  throw unsupported(shownPath, kind?.[1] ?? 'an old office file');
}

async function namesInside(path: string): Promise<string[]> {
  const file = await open(path, 'r');
  try {
    return await streamNames(file);
  } finally {
    await file.close();
  }
}

/** The names in the directory, as far as it can be followed. */
async function streamNames(file: FileHandle): Promise<string[]> {
  const header = await read(file, 0, HEADER);
  if (header.length < HEADER) return [];
  const sectorBytes = 1 << header.readUInt16LE(30);
  if (sectorBytes < HEADER || sectorBytes > LARGEST_SECTOR) return [];
  const names: string[] = [];
  let sector = header.readUInt32LE(48);
  for (let i = 0; i < MOST_SECTORS && sector < LAST_SECTOR; i++) {
    const directory = await read(file, (sector + 1) * sectorBytes, sectorBytes);
    for (let at = 0; at + DIRECTORY_ENTRY <= directory.length; at += DIRECTORY_ENTRY) {
      const bytes = Math.min(directory.readUInt16LE(at + 64), 64);
      if (bytes >= 2) names.push(directory.toString('utf16le', at, at + bytes - 2));
    }
    sector = await nextSector(file, header, sector, sectorBytes);
  }
  return names;
}

/** The sector that follows in a chain, by the allocation table (its first 109 sectors are named in the header). */
async function nextSector(
  file: FileHandle,
  header: Buffer,
  sector: number,
  sectorBytes: number,
): Promise<number> {
  const perTable = sectorBytes / 4;
  const table = Math.floor(sector / perTable);
  if (table >= FIRST_TABLES) return LAST_SECTOR;
  const tableSector = header.readUInt32LE(76 + table * 4);
  if (tableSector >= LAST_SECTOR) return LAST_SECTOR;
  const entry = await read(file, (tableSector + 1) * sectorBytes + (sector % perTable) * 4, 4);
  return entry.length < 4 ? LAST_SECTOR : entry.readUInt32LE(0);
}

async function read(file: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await file.read(buffer, 0, bytes, position);
  return buffer.subarray(0, bytesRead);
}
