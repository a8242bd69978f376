import semver from 'semver';
import type { PluginManifest } from '../contract/index.ts';
import * as contract from '../contract/index.ts';

/** Why a plugin does not fit an engine of this version; undefined if it fits. */
export function incompatibility(manifest: PluginManifest, engineVersion: string): string | undefined {
  const { engine_semver, schema_versions } = manifest.requires;
  if (semver.validRange(engine_semver) === null) return `"${engine_semver}" is no range of versions`;
  if (!semver.satisfies(engineVersion, engine_semver, { includePrerelease: true })) {
    return `it needs an engine ${engine_semver}, this is ${engineVersion}`;
  }
  const known = knownSchemas();
  const unknown = schema_versions.filter((version) => !known.has(version));
  return unknown.length === 0 ? undefined : `it needs ${unknown.join(', ')}, which this engine does not know`;
}

/** The ids of all document schemas of the contract. */
function knownSchemas(): Set<string> {
  const ids = Object.values<unknown>(contract).flatMap((value) =>
    typeof value === 'object' && value !== null && '$id' in value ? [String(value.$id)] : [],
  );
  return new Set([...ids, 'plugin.v1']);
}
