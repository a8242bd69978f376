import { failPoint, type Sha256 } from '../base/index.ts';
import type { DatasetVersion, Part, RoleMap } from '../contract/index.ts';
import type { ResolvedConfig, RunUpload } from '../pipeline/index.ts';
import type { App } from './app.ts';
import { learnFromFlags } from './erps/confirmed-roles.ts';

/** Writes down what was received, when and under which name. */
export function recordIngest(
  app: App,
  correlationId: string,
  config: ResolvedConfig,
  done: { readonly version: DatasetVersion; readonly parts: readonly Part[]; readonly roles: RoleMap },
  uploads: {
    readonly received: readonly RunUpload[];
    /** Those that were there, and their reception written down, before. */
    readonly sent: ReadonlySet<Sha256>;
  },
): void {
  const { state } = app;
  state.transaction(() => {
    for (const upload of uploads.received) {
      const [before] = uploads.sent.has(upload.sha256) ? state.uploads.byHash(upload.sha256) : [];
      const received =
        before ??
        state.uploads.record({
          sha256: upload.sha256,
          bytes: upload.bytes,
          original_path: upload.originalPath,
          original_filename: upload.originalFilename,
        });
      state.events.append({
        correlation_id: correlationId,
        kind: 'upload.received',
        subject_kind: 'upload',
        subject_id: received.sha256,
        data: {
          original_filename: upload.originalFilename,
          bytes: upload.bytes,
          received_at: received.received_at,
        },
      });
    }
    for (const part of done.parts) state.parts.save(part);
    state.versions.save({ dataset: config.dataset, kind: config.kind, version: done.version });
    if (config.erp !== undefined) {
      state.erps.join(config.dataset, config.erp.name);
      learnFromFlags(app, config.erp.name, done.version.schema, done.roles);
    }
    state.events.append({
      correlation_id: correlationId,
      kind: 'dataset_version.recorded',
      subject_kind: 'dataset_version',
      subject_id: done.version.dataset_version_id,
      data: { dataset: config.dataset, rows: done.version.row_count },
    });
    failPoint('ingest.recording');
  });
  failPoint('ingest.recorded');
}
