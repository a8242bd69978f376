import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { HarnessError, isSystemError, messageOf } from '../../base/index.ts';

const BLOCK = 1 << 20;

/**
 * What a gzip file holds, all its members one after the other, checked against their checksums and lengths. Zeros
 * behind the last one are padding. Before each block it tells how many bytes of the file were taken in for it and those
 * before it. Throws `SH_INPUT_DAMAGED`.
 */
export async function* gunzip(
  path: string,
  shownPath: string,
  onPacked: (bytes: number) => void = () => {},
): AsyncGenerator<Buffer> {
  const inflate = createGunzip({ chunkSize: BLOCK });
  const inflated: Readable = pipeline(createReadStream(path, { highWaterMark: BLOCK }), inflate, () => {});
  try {
    for await (const block of inflated) {
      onPacked(inflate.bytesWritten);
      yield block as Buffer;
    }
  } catch (error) {
    throw asDamaged(error, shownPath);
  } finally {
    inflated.destroy();
  }
}

function asDamaged(error: unknown, path: string): unknown {
  if (!isSystemError(error, 'Z_BUF_ERROR', 'Z_DATA_ERROR', 'Z_NEED_DICT')) return error;
  const reason = isSystemError(error, 'Z_BUF_ERROR')
    ? 'the gzip file is cut off'
    : `the gzip file can not be unpacked (${messageOf(error)})`;
  return new HarnessError('SH_INPUT_DAMAGED', { path, reason }, { cause: error });
}

/**
 * How many bytes a gzip file says that it unpacks to, in its last four bytes: right for one with a single member of less
 * than 4 GiB.
 */
export async function unpackedBytes(path: string): Promise<number> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, Math.max(0, size - 4));
    return buffer.readUInt32LE(0);
  } finally {
    await file.close();
  }
}
