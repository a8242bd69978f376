import { availableParallelism } from 'node:os';
import { HarnessError, type Sha256 } from '../base/index.ts';
import type { DatasetVersion } from '../contract/index.ts';
import { findPart } from '../ingest/index.ts';
import { resolveConfig, settingsLayers } from '../pipeline/index.ts';
import type { App } from './app.ts';
import { lastUpload } from './append-base.ts';
import { withErpFacts } from './erps/erp-facts.ts';
import { erpOfDataset } from './erps/erp-of-dataset.ts';
import { type IngestContext, type IngestRequest, rolesOf, type Unrecorded } from './ingest-file.ts';
import { partsOf, refuseExpired } from './open-version.ts';
import { recordIngest } from './record-ingest.ts';
import { refuseChangedVersion } from './refuse-changed.ts';
import { refuseUnknownZones } from './time-zones.ts';

/**
 * A dataset version that is there already, as an ingest of its files would give it, without a look at them. Named by its
 * dataset, its id or the beginning of that. Throws SH_DATASET_UNKNOWN, SH_DATA_EXPIRED, SH_INTEGRITY_MISSING.
 */
export async function takeVersion(
  app: App,
  { version: named = '', ...request }: Omit<IngestRequest, 'files'> & { readonly version?: string },
  { plugins, correlationId, accept }: IngestContext,
): Promise<Unrecorded> {
  const version = app.state.versions.find(named);
  const parts = partsOf(app, version);
  const ids = parts.map(({ part_id }) => part_id as Sha256);
  const hashes = [...new Set(parts.map(({ upload_sha256 }) => upload_sha256 as Sha256))];
  refuseChangedVersion(app, version.dataset_version_id, version.parts, hashes);
  refuseExpired(app, ids);
  const { dataset, kind } = entryOf(app, version, named);
  const wanted = {
    flags: { ...request.flags, kind: request.flags.kind ?? kind },
    ...(request.configFile && { file: request.configFile }),
    plugins,
    defaults: { dataset, workers: Math.min(4, availableParallelism()) },
    erp: (name: string, erp: string | undefined) => erpOfDataset(app, name, erp),
  };
  const asked = resolveConfig(wanted);
  await refuseUnknownZones(settingsLayers(wanted, asked));
  const roles = rolesOf(version, asked);
  accept?.(asked, version, roles);
  const reports = await Promise.all(ids.map((id) => reportOf(app, id)));
  return {
    config: withErpFacts(app, asked, version),
    version,
    parts,
    reports,
    roles,
    uploads: parts.map((part) => lastUpload(app, part.upload_sha256 as Sha256)),
    checked: new Set(),
    record: () => {
      const nothing = { received: [], sent: new Set<Sha256>() };
      recordIngest(app, correlationId, asked, { version, parts, roles }, nothing);
    },
  };
}

/** The dataset that it was named by, else the one that lists it. */
function entryOf(app: App, { dataset_version_id }: DatasetVersion, named: string) {
  const entries = app.state.versions.entriesOf(dataset_version_id as Sha256);
  const own = entries.find(({ dataset }) => dataset === named) ?? entries[0];
  if (own === undefined) throw new HarnessError('SH_DATASET_UNKNOWN', { id: named });
  return own;
}

async function reportOf({ paths }: App, id: Sha256) {
  const stored = await findPart(paths, id);
  if (stored === undefined)
    throw new HarnessError('SH_INTEGRITY_MISSING', { what: 'A part', path: paths.part(id) });
  return stored.report;
}
