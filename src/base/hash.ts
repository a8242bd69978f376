import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { canonicalJson } from './canonical-json.ts';

/** A sha256 in its one written form: `sha256:` and 64 lowercase hex digits. */
export type Sha256 = `sha256:${string}`;

/** Hash of bytes, or of a text's UTF-8. */
export function sha256(content: Uint8Array | string): Sha256 {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** Hash of a value's canonical JSON. */
export function hashJson(value: unknown): Sha256 {
  return sha256(canonicalJson(value));
}

/** Hash of a file's bytes, streamed. */
export async function hashFile(path: string): Promise<Sha256> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return `sha256:${hash.digest('hex')}`;
}

/** The hex digits of a hash, for file names. */
export function hexOf(hash: Sha256): string {
  return hash.slice('sha256:'.length);
}
