// Writes fixtures/state/schema-N.sqlite for the newest schema version: the fixture of the version before, migrated, and
// rows in what is new. Never writes over one that is there: it stands for databases that operators have.
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256 } from '../src/base/index.ts';
import { connect, type Database } from '../src/state/database.ts';
import { migrate } from '../src/state/migrate.ts';
import { MIGRATIONS } from '../src/state/migrations/index.ts';
import { guardRows } from '../src/state/row-checksums.ts';
import { approvalsStore } from '../src/state/stores/approvals.ts';
import { erpHistoryStore } from '../src/state/stores/erp-history.ts';
import { erpsStore } from '../src/state/stores/erps.ts';
import { knownBadStore } from '../src/state/stores/known-bad.ts';
import { pluginsStore } from '../src/state/stores/plugins.ts';

/** Rows for what a version of the schema brought, by its number. */
const ADDITIONS: Readonly<Record<number, (database: Database) => void>> = {
  3: (database) => {
    database.exec(`
      UPDATE runs SET pinned = 'data' WHERE ordinal = 1;
      INSERT INTO runs (run_id, fingerprint, dataset_id, dataset_version_id, kind, status, reason, config, owner,
          created_at, deleted_at)
        SELECT '${'c'.repeat(32)}', fingerprint, dataset_id, dataset_version_id, kind, 'FAILED', 'stopped', config,
          owner, '2025-03-01T00:00:09.000Z', '2025-03-02T00:00:00.000Z' FROM runs WHERE ordinal = 1;
      INSERT INTO datasets (name, created_at) VALUES ('old orders', '2025-03-01T00:00:10.000Z');
      INSERT INTO dataset_entries (dataset_id, ordinal, dataset_version_id, kind, created_at, deleted_at)
        SELECT 2, 1, dataset_version_id, kind, '2025-03-01T00:00:10.000Z', '2025-03-02T00:00:00.000Z'
          FROM dataset_entries;
      INSERT INTO blobs (sha256, bytes, first_received_at, expired_at)
        VALUES ('sha256:${'0'.repeat(64)}', 7, '2025-02-01T00:00:00.000Z', '2025-03-02T00:00:00.000Z');
      INSERT INTO uploads (sha256, original_path, original_filename, received_at)
        VALUES ('sha256:${'0'.repeat(64)}', '/data/gone.csv', 'gone.csv', '2025-02-01T00:00:00.000Z');
      INSERT INTO activities (id, owner, purpose, started_at)
        SELECT '${'e'.repeat(32)}', owner, 'ingest', '2025-03-01T00:00:11.000Z' FROM runs WHERE ordinal = 1;`);
  },
  5: (database) => {
    // This program writes them: their checksums must fit.
    guardRows(database);
    const clock = { now: () => '2025-03-01T00:00:12.000Z', monotonicMs: () => 0 };
    const plugins = pluginsStore(database, clock);
    for (const version of ['1.0.0', '1.1.0']) {
      const code_sha256 = sha256(`code ${version}`);
      const files = ['plugin.json', 'bundle.mjs'].map((path) => ({
        ...{ path, sha256: sha256(`${path} ${version}`), bytes: path.length + 1 + version.length },
      }));
      plugins.add({
        document: {
          ...{ schema_version: 'plugin_bundle.v1', id: 'analysis_lateness', version, code_sha256 },
          ...{ made_with: '0.1.0', files },
        },
        bundle_sha256: sha256(`bundle ${version}`),
        source: `/data/analysis_lateness-${version}.shplugin.zip`,
      });
    }
    plugins.setEnabled('profile_basic', false);
    knownBadStore(database, clock).add({
      ...{ plugin_id: 'analysis_lateness', versions: '1.0.x', engines: '<0.2.0' },
      ...{ other_id: 'profile_basic', other_versions: '*', reason: 'they disagree on what a row is' },
    });
  },
  6: (database) => {
    guardRows(database);
    const clock = { now: () => '2025-03-01T00:00:13.000Z', monotonicMs: () => 0 };
    const approvals = approvalsStore(database, clock);
    const approval = {
      plugin_id: 'analysis_lateness',
      plugin_version: '1.1.0',
      code_sha256: sha256('code 1.1.0'),
      capability: 'network',
      scope_kind: 'dataset',
      scope_name: 'orders',
      approved_by: 'ana',
    } as const;
    approvals.approve({ ...approval, hosts: ['api.example.com:443'] });
    approvals.approve({ ...approval, hosts: ['api.example.com:443', 'rates.example.com'] });
  },
  7: (database) => {
    database.exec(`UPDATE activities SET progress = '{"stage":"reading the table"}'`);
  },
  8: (database) => {
    guardRows(database);
    const clock = { now: () => '2025-03-01T00:00:14.000Z', monotonicMs: () => 0 };
    const erps = erpsStore(database, clock);
    const dataset_version_id = sha256('a version');
    erps.save({
      ...{ schema_version: 'erp.v1', name: 'quorum', description: 'the accounting system' },
      ...{ columns: [], schema_versions: [], ingest: {}, process: { threshold_s: 90 }, plugins: {} },
      known_issues: [],
    });
    erps.join('orders', 'quorum');
    erpHistoryStore(database).save({
      ...{ run_id: 'a'.repeat(32), erp: 'quorum', dataset: 'orders', dataset_version_id, kind: 'real' },
      ...{ status: 'COMPLETED', finished_at: '2025-03-01T00:00:14.000Z', known_issues: [] },
      document: {
        ...{ schema_version: 'erp_history.v1', dataset_version_id, metrics: {}, findings: [] },
        coverage: { kind: 'FULL', rows: 3, of_rows: 3, rejected_rows: 0 },
      },
    });
  },
};

const version = MIGRATIONS.length;
const fixture = (number: number): string =>
  fileURLToPath(new URL(`../fixtures/state/schema-${number}.sqlite`, import.meta.url));

if (existsSync(fixture(version))) throw new Error(`${fixture(version)} is there already`);
const folder = mkdtempSync(join(tmpdir(), 'state-fixture-'));
try {
  const work = join(folder, 'state.sqlite');
  copyFileSync(fixture(version - 1), work);
  const database = connect(work);
  const clock = { now: () => '2025-03-01T00:00:08.750Z', monotonicMs: () => 0 };
  migrate(database, MIGRATIONS, version, { clock, backUp: () => undefined });
  ADDITIONS[version]?.(database);
  database.run('VACUUM INTO $target', { target: fixture(version) });
  database.close();
} finally {
  rmSync(folder, { recursive: true });
}
