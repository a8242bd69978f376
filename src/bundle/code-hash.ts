import { hashJson, type Sha256, sha256 } from '../base/index.ts';
import type { PluginManifest } from '../contract/index.ts';

/** The hash by which a plugin's code is known: of the module that is executed and the manifest together. */
export function pluginCodeHash(code: string | Uint8Array, manifest: PluginManifest): Sha256 {
  return hashJson({ bundle: sha256(code), manifest });
}
