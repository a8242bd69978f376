import type { TSchema } from 'typebox';
import {
  canonicalJson,
  canonicalJsonFile,
  HarnessError,
  messageOf,
  sha256,
  shownBytes,
} from '../base/index.ts';
import { check, describeProblems, PluginBundle, PluginManifest } from '../contract/index.ts';
import { BUNDLE_DOCUMENT, BUNDLE_FILES, CODE, MANIFEST } from './bundle-files.ts';
import { pluginCodeHash } from './code-hash.ts';

/** A file of something that may be a bundle. */
export interface BundleMember {
  readonly name: string;
  /** How long it says that it is. */
  readonly bytes: number;
  /** How many bytes it takes in the archive. */
  readonly packedBytes: number;
  /** False for a link, a device and the like. */
  readonly isPlain: boolean;
  /** What it holds; never more than it says. */
  read(): AsyncIterable<Uint8Array>;
}

/** A bundle that is what it says. */
export interface CheckedBundle {
  readonly document: PluginBundle;
  readonly manifest: PluginManifest;
  readonly code: string;
  /** All its files, in the order in which they are packed. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Checks a bundle by nothing but itself: that it holds the files of a bundle and no other, that none is more than it may
 * be, before any of it is read, and that each is what `bundle.json` says. Throws SH_BUNDLE_REFUSED for what has not the
 * form of a bundle, SH_BUNDLE_ALTERED for bytes that are not the ones that were packed.
 */
export async function checkBundle(path: string, members: readonly BundleMember[]): Promise<CheckedBundle> {
  const refuse = (reason: string): HarnessError => new HarnessError('SH_BUNDLE_REFUSED', { path, reason });
  for (const member of members) {
    const reason = whyNot(member);
    if (reason !== undefined) throw refuse(reason);
  }
  const files = new Map<string, Uint8Array>();
  for (const name of BUNDLE_FILES.keys()) {
    const member = members.find((one) => one.name === name);
    if (member !== undefined) files.set(name, await bytesOf(member));
  }
  const document = documentIn(files, BUNDLE_DOCUMENT, PluginBundle, refuse);
  if (textOf(files.get(BUNDLE_DOCUMENT)) !== canonicalJsonFile(document))
    throw refuse(`${BUNDLE_DOCUMENT} is not written as canonical JSON`);
  refuseOtherFiles(document, files, refuse);
  refuseAltered(path, document, files);
  const manifest = documentIn(files, MANIFEST, PluginManifest, refuse);
  for (const key of ['id', 'version'] as const) {
    if (manifest[key] === document[key]) continue;
    throw refuse(
      `its ${key} is "${document[key]}" in ${BUNDLE_DOCUMENT} and "${manifest[key]}" in ${MANIFEST}`,
    );
  }
  const code = textOf(files.get(CODE));
  if (code === undefined) throw refuse(`${CODE} is missing, or no UTF-8 text`);
  if (pluginCodeHash(code, manifest) !== document.code_sha256)
    throw new HarnessError('SH_BUNDLE_ALTERED', { path, file: 'its code', what: 'code_sha256' });
  return { document, manifest, code, files };
}

/** Why a file can't be one of a bundle, by what the archive says of it. */
function whyNot({ name, bytes, packedBytes, isPlain }: BundleMember): string | undefined {
  const most = BUNDLE_FILES.get(name);
  if (most === undefined) return `it holds "${name}", which no bundle has`;
  if (!isPlain) return `${name} is a link, or something else that is no plain file`;
  if (bytes > most)
    return `${name} would unpack to ${shownBytes(bytes)}, and may have ${shownBytes(most)} at most`;
  if (bytes !== packedBytes) return `${name} is compressed; a bundle holds its files as they are`;
  return undefined;
}

async function bytesOf(member: BundleMember): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  for await (const block of member.read()) blocks.push(block);
  return Buffer.concat(blocks);
}

type Refuse = (reason: string) => HarnessError;

function documentIn<S extends TSchema>(
  files: ReadonlyMap<string, Uint8Array>,
  name: string,
  schema: S,
  refuse: Refuse,
) {
  const text = textOf(files.get(name));
  if (text === undefined) throw refuse(files.has(name) ? `${name} is no UTF-8 text` : `${name} is missing`);
  const checked = check(schema, parsed(text, name, refuse));
  if (!checked.ok) throw refuse(`${name} does not fit its schema: ${describeProblems(checked.problems)}`);
  return checked.value;
}

function parsed(text: string, name: string, refuse: Refuse): unknown {
  try {
    const value: unknown = JSON.parse(text);
    // What has no canonical form, or nests too deep for one, could not be hashed.
    canonicalJson(value);
    return value;
  } catch (error) {
    throw refuse(`${name} is no JSON that can be read: ${messageOf(error)}`);
  }
}

/** Every file is named in `bundle.json`, once and in its place, and everything named there is a file. */
function refuseOtherFiles(
  document: PluginBundle,
  files: ReadonlyMap<string, Uint8Array>,
  refuse: Refuse,
): void {
  const named = document.files.map(({ path }) => path);
  const held = [...files.keys()].filter((name) => name !== BUNDLE_DOCUMENT);
  const missing = named.find((name) => !held.includes(name));
  if (missing !== undefined) throw refuse(`"${missing}", which ${BUNDLE_DOCUMENT} names, is missing`);
  const extra = held.find((name) => !named.includes(name));
  if (extra !== undefined) throw refuse(`it holds ${extra}, which ${BUNDLE_DOCUMENT} does not name`);
  if (named.join() !== held.join())
    throw refuse(`${BUNDLE_DOCUMENT} names its files twice, or not in their order`);
}

function refuseAltered(path: string, document: PluginBundle, files: ReadonlyMap<string, Uint8Array>): void {
  for (const named of document.files) {
    const content = files.get(named.path) ?? new Uint8Array();
    const what =
      content.length !== named.bytes ? 'length' : sha256(content) !== named.sha256 ? 'hash' : undefined;
    if (what !== undefined) throw new HarnessError('SH_BUNDLE_ALTERED', { path, file: named.path, what });
  }
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  try {
    return bytes && new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
