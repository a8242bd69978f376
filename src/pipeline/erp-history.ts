import { byCodePoint, type Sha256 } from '../base/index.ts';
import type { ErpHistory, Report, RunManifest } from '../contract/index.ts';
import { isFact } from '../report/index.ts';
import type { NewErpHistoryRow } from '../state/index.ts';

/** What stays of a run for those that come after it; undefined where its dataset belongs to no ERP. */
export function erpHistoryOf(manifest: RunManifest, report: Report): NewErpHistoryRow | undefined {
  const { name, erp } = manifest.dataset;
  if (erp === undefined) return undefined;
  return {
    run_id: manifest.run_id,
    erp,
    dataset: name,
    dataset_version_id: manifest.dataset.dataset_version_id as Sha256,
    kind: manifest.kind,
    status: manifest.results.status,
    finished_at: manifest.finished_at,
    known_issues: report.known_issues.map(({ id, outcome, reason }) => ({ id, outcome, reason })),
    document: documentOf(report),
  };
}

function documentOf({ dataset, coverage, metrics, findings }: Report): ErpHistory {
  return {
    schema_version: 'erp_history.v1',
    dataset_version_id: dataset.dataset_version_id,
    coverage,
    metrics,
    findings: findings
      .filter((finding) => !isFact(finding))
      .map(({ id, plugin_id, kind, title, estimate }) => ({
        ...{ id, plugin_id, kind, title },
        ...(estimate && { estimate }),
      }))
      .sort((a, b) => byCodePoint(a.id, b.id)),
  };
}
