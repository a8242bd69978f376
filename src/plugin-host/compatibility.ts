import semver from 'semver';
import type { PluginManifest } from '../contract/index.ts';
import * as contract from '../contract/index.ts';

const CONTRACT = 'plugin.v1';
const OUTPUT = 'plugin_output.v1';

/** Why a plugin does not fit an engine of this version; undefined if it fits. Names what it needs and what is there. */
export function incompatibility(manifest: PluginManifest, engineVersion: string): string | undefined {
  const { engine_semver, schema_versions } = manifest.requires;
  if (semver.validRange(engine_semver) === null) return `"${engine_semver}" is no range of versions`;
  if (!satisfies(engineVersion, engine_semver)) {
    return `it needs an engine ${engine_semver}, this is ${engineVersion}`;
  }
  if (manifest.contract_version !== CONTRACT)
    return `it is written for ${manifest.contract_version}, and this engine runs ${CONTRACT}`;
  if (manifest.output_schema !== OUTPUT)
    return `it writes ${manifest.output_schema}, and the report of this engine reads ${OUTPUT}`;
  const known = knownSchemas();
  const unknown = schema_versions.filter((version) => !known.has(version));
  return unknown.length === 0 ? undefined : `it needs ${unknown.join(', ')}, which this engine does not know`;
}

/** The ids of all document schemas of the contract. */
function knownSchemas(): Set<string> {
  const ids = Object.values<unknown>(contract).flatMap((value) =>
    typeof value === 'object' && value !== null && '$id' in value ? [String(value.$id)] : [],
  );
  return new Set([...ids, CONTRACT]);
}

/** A combination that is known not to work. Ranges are those of npm. */
export interface KnownBad {
  /** Of a row that the operator added; null or missing for what this engine is shipped with. */
  readonly id?: number | null;
  readonly plugin_id: string;
  readonly versions: string;
  /** Versions of the engine. */
  readonly engines: string;
  /** Only together with this plugin in these versions; null: alone. */
  readonly other_id: string | null;
  readonly other_versions: string | null;
  readonly reason: string;
}

/** What this engine is shipped with. Nothing is known yet: a row is added here when a plugin is found to go wrong. */
export const SHIPPED_KNOWN_BAD: readonly KnownBad[] = [];

type Version = Pick<PluginManifest, 'id' | 'version'>;

/** Why a plugin must not run with this engine, and beside these others, and by which row; undefined where nothing is known against it. */
export function knownBadReason(
  plugin: Version,
  {
    others,
    engineVersion,
    table,
  }: {
    readonly others: readonly Version[];
    readonly engineVersion: string;
    readonly table: readonly KnownBad[];
  },
): { readonly reason: string; readonly row: KnownBad } | undefined {
  for (const row of table) {
    if (row.plugin_id !== plugin.id || !satisfies(plugin.version, row.versions)) continue;
    if (!satisfies(engineVersion, row.engines)) continue;
    const { id, version } = plugin;
    const why = `${row.reason} (${row.id == null ? 'this engine knows that' : `entry ${row.id} of yours`})`;
    if (row.other_id === null)
      return { reason: `${id} ${version} is known to be bad with engine ${engineVersion}: ${why}`, row };
    const other = others.find(
      (one) => one.id === row.other_id && satisfies(one.version, row.other_versions ?? '*'),
    );
    if (other !== undefined)
      return {
        reason: `${id} ${version} is known to be bad together with ${other.id} ${other.version}: ${why}`,
        row,
      };
  }
  return undefined;
}

/** Whether a text is a range of versions. */
export function isVersionRange(text: string): boolean {
  return semver.validRange(text) !== null;
}

function satisfies(version: string, range: string): boolean {
  return semver.satisfies(version, range, { includePrerelease: true });
}
