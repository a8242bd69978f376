import type { Erp } from '../../contract/index.ts';
import type { ErpHistoryRow } from '../../state/index.ts';
import type { Appdata } from '../app.ts';
import { erpCalled } from './erp-of-dataset.ts';

/** An ERP as `erps list` shows it. */
export interface ErpSummary {
  readonly name: string;
  readonly description: string;
  readonly datasets: readonly string[];
  readonly known_issues: number;
  readonly changed_at: string;
}

/** An ERP with its datasets and what its newest runs said. */
export interface ErpDetails {
  readonly erp: Erp;
  readonly datasets: readonly string[];
  /** The newest first. */
  readonly runs: readonly Omit<ErpHistoryRow, 'document' | 'ordinal'>[];
}

const NEWEST_RUNS = 20;

export function listErps({ state }: Pick<Appdata, 'state'>): readonly ErpSummary[] {
  return state.erps.list().map(({ name, document, changed_at }) => ({
    ...{ name, changed_at, description: document.description },
    datasets: state.erps.datasets(name),
    known_issues: document.known_issues.length,
  }));
}

/** Throws SH_ERP_UNKNOWN. */
export function showErp(app: Pick<Appdata, 'state'>, name: string): ErpDetails {
  const erp = erpCalled(app, name);
  const rows = app.state.erpHistory.list(erp.name, NEWEST_RUNS);
  return {
    erp,
    datasets: app.state.erps.datasets(erp.name),
    runs: rows.map(({ document: _document, ordinal: _ordinal, ...row }) => row),
  };
}
