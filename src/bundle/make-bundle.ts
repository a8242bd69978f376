import { canonicalJsonFile, sha256 } from '../base/index.ts';
import type { PluginBundle, PluginManifest } from '../contract/index.ts';
import { BUNDLE_DOCUMENT, CODE, MANIFEST, README } from './bundle-files.ts';
import { pluginCodeHash } from './code-hash.ts';

/** A plugin that is to be packed. */
export interface Packing {
  readonly manifest: PluginManifest;
  /** `plugin.json` as its author wrote it. */
  readonly manifestBytes: Uint8Array;
  readonly code: string;
  readonly readme: Uint8Array | undefined;
  /** Version of the engine that packs it. */
  readonly madeWith: string;
}

/** A file of a bundle. */
export interface PackedMember {
  readonly path: string;
  readonly content: Uint8Array;
}

/** The files of a plugin's bundle, in the order in which they are packed: the same for the same plugin, wherever and whenever. */
export function makeBundle({ manifest, manifestBytes, code, readme, madeWith }: Packing): PackedMember[] {
  const files: PackedMember[] = [
    { path: MANIFEST, content: manifestBytes },
    { path: CODE, content: Buffer.from(code) },
    ...(readme === undefined ? [] : [{ path: README, content: readme }]),
  ];
  const document: PluginBundle = {
    schema_version: 'plugin_bundle.v1',
    id: manifest.id,
    version: manifest.version,
    code_sha256: pluginCodeHash(code, manifest),
    made_with: madeWith,
    files: files.map(({ path, content }) => ({ path, sha256: sha256(content), bytes: content.length })),
  };
  return [{ path: BUNDLE_DOCUMENT, content: Buffer.from(canonicalJsonFile(document)) }, ...files];
}
