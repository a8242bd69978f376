import { byCodePoint, hexOf, type Sha256 } from '../base/index.ts';
import { madeFile, type PackFile } from './payload.ts';

export const BAGIT = 'bagit.txt';
export const BAG_INFO = 'bag-info.txt';
export const MANIFEST = 'manifest-sha256.txt';
export const TAG_MANIFEST = 'tagmanifest-sha256.txt';
/** What `bagit.txt` holds, to the byte. */
export const DECLARATION = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';

/**
 * A payload as a bag (BagIt 1.0, RFC 8493): its tag files before it, then the payload by path. `info` becomes
 * `bag-info.txt`, with the count of the payload behind it.
 */
export function bagged(
  payload: readonly PackFile[],
  info: Readonly<Record<string, string>>,
): readonly PackFile[] {
  const files = payload.toSorted((a, b) => byCodePoint(a.path, b.path));
  const tags = [
    madeFile(BAGIT, DECLARATION, 'text/plain', 'Bag declaration'),
    madeFile(BAG_INFO, infoText({ ...info, 'Payload-Oxum': oxumOf(files) }), 'text/plain', 'Bag metadata'),
    madeFile(MANIFEST, manifestText(files), 'text/plain', 'Hashes of the payload'),
  ];
  const tagManifest = madeFile(TAG_MANIFEST, manifestText(tags), 'text/plain', 'Hashes of the tag files');
  return [...tags, tagManifest, ...files];
}

/** Bytes and number of files of a payload, as `bag-info.txt` gives them. */
export function oxumOf(files: readonly { readonly bytes: number }[]): string {
  return `${files.reduce((sum, { bytes }) => sum + bytes, 0)}.${files.length}`;
}

function manifestText(files: readonly { readonly path: string; readonly sha256: Sha256 }[]): string {
  return files.map(({ path, sha256 }) => `${hexOf(sha256)}  ${encodedPath(path)}\n`).join('');
}

function infoText(info: Readonly<Record<string, string>>): string {
  return Object.entries(info)
    .map(([label, value]) => `${label}: ${value}\n`)
    .join('');
}

/** A path as a manifest holds it: RFC 8493, 2.1.3. */
export function encodedPath(path: string): string {
  return path.replaceAll('%', '%25').replaceAll('\n', '%0A').replaceAll('\r', '%0D');
}

/** The path that a line of a manifest means. */
export function decodedPath(text: string): string {
  return text.replace(/%(25|0A|0D)/gi, (code) => decodeURIComponent(code));
}
