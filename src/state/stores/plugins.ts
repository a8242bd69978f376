import { type Clock, canonicalJson, type Sha256 } from '../../base/index.ts';
import { PluginBundle } from '../../contract/index.ts';
import type { Database } from '../database.ts';
import { document, flag, hash, nullable, type RowOf, rowReader, text } from '../row.ts';

const versionShape = {
  plugin_id: text,
  version: text,
  code_sha256: hash,
  /** Of the zip file. */
  bundle_sha256: hash,
  /** `bundle.json`, with the hash of each file. */
  document: document(PluginBundle),
  /** The path that it was read from. */
  source: text,
  installed_at: text,
};
const readVersion = rowReader(versionShape);

/** A version of a plugin that is installed, whether it counts or not. */
export type PluginVersion = RowOf<typeof versionShape>;

const shape = {
  plugin_id: text,
  /** False: it is in no plan and never executed. */
  enabled: flag,
  /** The version that runs take; null for one that is built in. */
  active_version: nullable(text),
  /** The one that was active before, where it is still installed. */
  previous_version: nullable(text),
};
const read = rowReader(shape);

/** A plugin that somebody installed, or that is built in and was disabled once. */
export type InstalledPlugin = RowOf<typeof shape>;

export interface NewPluginVersion {
  readonly document: PluginBundle;
  readonly bundle_sha256: Sha256;
  readonly source: string;
}

export const PLUGIN_QUERIES = {
  get: 'SELECT * FROM plugins WHERE plugin_id = $plugin_id',
  list: 'SELECT * FROM plugins ORDER BY plugin_id',
  versions: 'SELECT * FROM plugin_versions ORDER BY plugin_id, version',
  versionsOf: 'SELECT * FROM plugin_versions WHERE plugin_id = $plugin_id ORDER BY version',
  version: 'SELECT * FROM plugin_versions WHERE plugin_id = $plugin_id AND version = $version',
  addVersion: `INSERT INTO plugin_versions
      (plugin_id, version, code_sha256, bundle_sha256, document, source, installed_at)
    VALUES ($plugin_id, $version, $code_sha256, $bundle_sha256, $document, $source, $installed_at)`,
  setSource: `UPDATE plugin_versions SET source = $source
    WHERE plugin_id = $plugin_id AND version = $version`,
  removeVersion: 'DELETE FROM plugin_versions WHERE plugin_id = $plugin_id AND version = $version',
  remember: `INSERT INTO plugins (plugin_id, enabled, active_version, previous_version)
    VALUES ($plugin_id, 1, NULL, NULL) ON CONFLICT (plugin_id) DO NOTHING`,
  activate: `UPDATE plugins SET active_version = $version, previous_version = active_version
    WHERE plugin_id = $plugin_id AND active_version IS NOT $version`,
  forgetPrevious: `UPDATE plugins SET previous_version = NULL
    WHERE plugin_id = $plugin_id AND previous_version = $version`,
  setEnabled: 'UPDATE plugins SET enabled = $enabled WHERE plugin_id = $plugin_id',
  remove: 'DELETE FROM plugins WHERE plugin_id = $plugin_id',
} as const;

/** The plugins of an appdata: versions side by side, the active one, whether it may run. */
export function pluginsStore(db: Database, clock: Clock) {
  const remember = (plugin_id: string): void => void db.run(PLUGIN_QUERIES.remember, { plugin_id });
  return {
    get: (plugin_id: string): InstalledPlugin | undefined => db.get(PLUGIN_QUERIES.get, { plugin_id }, read),
    /** By id. */
    list: (): readonly InstalledPlugin[] => db.all(PLUGIN_QUERIES.list, {}, read),
    /** Of all plugins, or of one. */
    versions: (plugin_id?: string): readonly PluginVersion[] =>
      plugin_id === undefined
        ? db.all(PLUGIN_QUERIES.versions, {}, readVersion)
        : db.all(PLUGIN_QUERIES.versionsOf, { plugin_id }, readVersion),
    version: (plugin_id: string, version: string): PluginVersion | undefined =>
      db.get(PLUGIN_QUERIES.version, { plugin_id, version }, readVersion),
    /** Records a version and makes it the active one. */
    add: ({ document, bundle_sha256, source }: NewPluginVersion): void =>
      db.atomically(() => {
        const { id: plugin_id, version, code_sha256 } = document;
        remember(plugin_id);
        db.run(PLUGIN_QUERIES.addVersion, {
          ...{ plugin_id, version, code_sha256, bundle_sha256, source },
          document: canonicalJson(document),
          installed_at: clock.now(),
        });
        db.run(PLUGIN_QUERIES.activate, { plugin_id, version });
      }),
    activate: (plugin_id: string, version: string): void =>
      void db.run(PLUGIN_QUERIES.activate, { plugin_id, version }),
    /** Remembers from where a version was put back. */
    setSource: (plugin_id: string, version: string, source: string): void =>
      void db.run(PLUGIN_QUERIES.setSource, { plugin_id, version, source }),
    setEnabled: (plugin_id: string, enabled: boolean): void =>
      db.atomically(() => {
        remember(plugin_id);
        db.run(PLUGIN_QUERIES.setEnabled, { plugin_id, enabled: enabled ? 1 : 0 });
      }),
    /** Forgets a version; one that is active is refused by the database. */
    removeVersion: (plugin_id: string, version: string): void =>
      db.atomically(() => {
        db.run(PLUGIN_QUERIES.forgetPrevious, { plugin_id, version });
        db.run(PLUGIN_QUERIES.removeVersion, { plugin_id, version });
      }),
    /** Forgets a plugin with all its versions. */
    remove: (plugin_id: string): void =>
      db.atomically(() => {
        db.run(PLUGIN_QUERIES.remove, { plugin_id });
        for (const { version } of db.all(PLUGIN_QUERIES.versionsOf, { plugin_id }, readVersion))
          db.run(PLUGIN_QUERIES.removeVersion, { plugin_id, version });
      }),
  };
}
