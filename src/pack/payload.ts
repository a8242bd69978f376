import { type Sha256, sha256 } from '../base/index.ts';
import type { Member } from './archive.ts';

/** A file of a pack with what is known of it. */
export interface PackFile extends Member {
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly mediaType: string;
  /** What it is, for a reader of the crate. */
  readonly title: string;
}

/** A file that is made for the pack. */
export function madeFile(path: string, content: string, mediaType: string, title: string): PackFile {
  return { path, content, sha256: sha256(content), bytes: Buffer.byteLength(content), mediaType, title };
}

/** Where the payload of a bag lies, and with it the root of the crate. */
export const PAYLOAD = 'data/';
