import { open, statfs } from 'node:fs/promises';
import { asDiskFull, HarnessError } from '../../base/index.ts';

/** What is written where, and what the operator calls it. */
export interface Unpacking {
  readonly blocks: AsyncIterable<Buffer>;
  /** What becomes of them before they are written; they are counted and judged as they come. */
  readonly decode?: (blocks: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;
  readonly target: string;
  readonly shownPath: string;
  /** All of them; or those that the blocks so far came from. */
  readonly packedBytes: number | (() => number);
  /** Where it is known beforehand. */
  readonly expectedBytes?: number;
  readonly onBytes?: (bytes: number) => void;
  /** Bytes free where the target lies; the real disk's unless a test says otherwise. */
  readonly freeBytes?: (path: string) => Promise<number>;
}

const MiB = 1 << 20;
/** Logs shrink to a fortieth at most, constant columns to a hundredth; deflate can do one to a thousand. */
const HIGHEST_RATIO = 250;
const ALWAYS_ALLOWED = 16 * MiB;
/** How often the free space is looked at, and how much of it stays for the rest of the work. */
const LOOK_EVERY = 64 * MiB;
const KEPT_FREE = 256 * MiB;

/**
 * Writes what is being unpacked to a file and returns how many bytes it unpacked to. Stops, rather than fill the disk, where it unpacks to
 * far more than it shows (`SH_INPUT_BOMB`) or to more than there is room for (`SH_DISK_FULL`).
 */
export async function writeUnpacked(unpacking: Unpacking): Promise<number> {
  const { target, decode = (blocks) => blocks } = unpacking;
  const file = await open(target, 'wx', 0o600);
  try {
    await refuseFull(unpacking, unpacking.expectedBytes ?? 0);
    let bytes = 0;
    let written = 0;
    let looked = 0;
    const onBytes = (more: number): void => {
      bytes += more;
      refuseBomb(unpacking, bytes);
      unpacking.onBytes?.(more);
    };
    for await (const block of decode(counted(unpacking.blocks, onBytes))) {
      written += block.length;
      if (written - looked >= LOOK_EVERY) {
        looked = written;
        await refuseFull(unpacking, LOOK_EVERY);
      }
      await file.writeFile(block);
    }
    return bytes;
  } catch (error) {
    throw asDiskFull(error, target);
  } finally {
    await file.close();
  }
}

async function* counted(blocks: AsyncIterable<Buffer>, onBytes: (more: number) => void) {
  for await (const block of blocks) {
    onBytes(block.length);
    yield block;
  }
}

function refuseBomb({ shownPath, packedBytes }: Unpacking, bytes: number): void {
  const packed = typeof packedBytes === 'number' ? packedBytes : packedBytes();
  if (bytes <= ALWAYS_ALLOWED || bytes <= packed * HIGHEST_RATIO) return;
  const reason = `it unpacks from ${mebibytes(packed)} to more than ${mebibytes(bytes)}`;
  throw new HarnessError('SH_INPUT_BOMB', { path: shownPath, reason });
}

/** Small tables are not refused in advance: whoever works on a full disk gets an error when it is full. */
async function refuseFull({ target, freeBytes = freeOnDisk }: Unpacking, bytes: number): Promise<void> {
  if (bytes < LOOK_EVERY) return;
  if ((await freeBytes(target)) < bytes + KEPT_FREE) throw new HarnessError('SH_DISK_FULL', { path: target });
}

async function freeOnDisk(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

function mebibytes(bytes: number): string {
  return bytes < MiB ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / MiB).toFixed(1)} MiB`;
}
