import Type from 'typebox';
import { canonicalJson, hashJson, type Sha256 } from '../../base/index.ts';
import { closed, ErpHistory, IssueOutcome, RUN_STATUSES } from '../../contract/index.ts';
import type { Database } from '../database.ts';
import { document, hash, integer, member, type RowOf, rowReader, text } from '../row.ts';
import { KINDS } from './dataset-versions.ts';

/** What a run said of the known issues: id, outcome and why. */
const Said = Type.Array(closed({ id: Type.String(), outcome: IssueOutcome, reason: Type.String() }));

const shape = {
  ordinal: integer,
  run_id: text,
  erp: text,
  dataset: text,
  dataset_version_id: hash,
  kind: member(KINDS),
  status: member(RUN_STATUSES),
  finished_at: text,
  known_issues: document(Said),
  document: document(ErpHistory),
  /** Of the document. */
  sha256: hash,
};
const read = rowReader(shape);
const readEarlier = rowReader({ dataset_version_id: hash, sha256: hash });

/** What stays of a finished run of an ERP. */
export type ErpHistoryRow = RowOf<typeof shape>;
export type NewErpHistoryRow = Omit<ErpHistoryRow, 'ordinal' | 'sha256'>;

/** A run of an earlier dataset version, by value. */
export type EarlierRun = RowOf<{ dataset_version_id: typeof hash; sha256: typeof hash }>;

// The dataset that is looked at counts as one of the ERP before it has joined it, so that a plan has the history of its run.
const OF_ERP = 'd.name IN (SELECT $dataset UNION ALL SELECT dataset FROM erp_datasets WHERE erp = $erp)';

// A version is earlier where it was first listed, in any dataset of the ERP, before this one was first listed: what comes
// later changes nothing, so that a rerun has the same history.
export const ERP_HISTORY_QUERIES = {
  save: `INSERT INTO erp_history (run_id, erp, dataset, dataset_version_id, kind, status, finished_at, known_issues,
      document, sha256)
    VALUES ($run_id, $erp, $dataset, $dataset_version_id, $kind, $status, $finished_at, $known_issues, $document, $sha256)
    ON CONFLICT (run_id) DO NOTHING`,
  ofRun: 'SELECT * FROM erp_history WHERE run_id = $run_id',
  list: 'SELECT * FROM erp_history WHERE erp = $erp ORDER BY ordinal DESC LIMIT $limit',
  earlier: `SELECT h.dataset_version_id, h.sha256 FROM erp_history h
    JOIN (SELECT max(ordinal) AS ordinal FROM erp_history
      WHERE erp = $erp AND kind = $kind AND status = 'COMPLETED' AND dataset_version_id <> $dataset_version_id
      GROUP BY dataset_version_id) newest ON newest.ordinal = h.ordinal
    JOIN (SELECT e.dataset_version_id, min(e.created_at) AS since FROM dataset_entries e
        JOIN datasets d ON d.id = e.dataset_id
      WHERE ${OF_ERP} GROUP BY e.dataset_version_id) listed ON listed.dataset_version_id = h.dataset_version_id
    WHERE listed.since < coalesce((SELECT min(e.created_at) FROM dataset_entries e
        JOIN datasets d ON d.id = e.dataset_id
      WHERE ${OF_ERP} AND e.dataset_version_id = $dataset_version_id), '9999')
    ORDER BY listed.since, h.dataset_version_id`,
} as const;

/** What finished runs found, for as long as their ERP is there. */
export function erpHistoryStore(db: Database) {
  return {
    /** Written once: a run that is recorded again finds it there. */
    save: (row: NewErpHistoryRow): void => {
      db.run(ERP_HISTORY_QUERIES.save, {
        ...row,
        known_issues: canonicalJson(row.known_issues),
        document: canonicalJson(row.document),
        sha256: hashJson(row.document),
      });
    },
    ofRun: (run_id: string): ErpHistoryRow | undefined => db.get(ERP_HISTORY_QUERIES.ofRun, { run_id }, read),
    /** The newest runs of an ERP, the newest first. */
    list: (erp: string, limit: number): readonly ErpHistoryRow[] =>
      db.all(ERP_HISTORY_QUERIES.list, { erp, limit }, read),
    /**
     * Of each dataset version of the ERP that was there before this one, the newest completed run of that kind of data, in
     * the order of the versions.
     */
    earlier: (of: {
      readonly erp: string;
      readonly kind: ErpHistoryRow['kind'];
      readonly dataset: string;
      readonly dataset_version_id: Sha256;
    }): readonly EarlierRun[] => db.all(ERP_HISTORY_QUERIES.earlier, of, readEarlier),
  };
}
