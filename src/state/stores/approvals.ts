import { type Clock, canonicalJson, type Sha256 } from '../../base/index.ts';
import type { Capability } from '../../contract/index.ts';
import type { Database } from '../database.ts';
import { hash, integer, member, type RowOf, rowReader, text, texts } from '../row.ts';

const CAPABILITIES: readonly Capability[] = [
  'dataset.read',
  'artifacts.write',
  'full_load',
  'network',
  'gpu',
];
export const SCOPE_KINDS = ['all', 'dataset'] as const;

const shape = {
  id: integer,
  plugin_id: text,
  plugin_version: text,
  /** The code that was looked at: for other code nothing is approved. */
  code_sha256: hash,
  capability: member(CAPABILITIES),
  scope_kind: member(SCOPE_KINDS),
  /** Empty where the kind is `all`. */
  scope_name: text,
  /** Of the network; empty for other capabilities. */
  hosts: texts,
  /** The user of the operating system. */
  approved_by: text,
  approved_at: text,
};
const read = rowReader(shape);

/** A capability that the operator approved for the code of one plugin, in force. */
export type Approval = RowOf<typeof shape>;

/** What an approval holds for. */
export type ApprovalScope = Pick<Approval, 'scope_kind' | 'scope_name'>;

export interface NewApproval extends Omit<Approval, 'id' | 'approved_at' | 'code_sha256'> {
  readonly code_sha256: Sha256;
}

const IN_FORCE = 'revoked_at IS NULL';

export const APPROVAL_QUERIES = {
  save: `INSERT INTO approvals (plugin_id, plugin_version, code_sha256, capability, scope_kind, scope_name, hosts,
      approved_by, approved_at)
    VALUES ($plugin_id, $plugin_version, $code_sha256, $capability, $scope_kind, $scope_name, $hosts,
      $approved_by, $approved_at)`,
  ofPlugin: `SELECT * FROM approvals WHERE plugin_id = $plugin_id AND ${IN_FORCE} ORDER BY id`,
  all: `SELECT * FROM approvals WHERE ${IN_FORCE} ORDER BY plugin_id, id`,
  revoke: `UPDATE approvals SET revoked_by = $revoked_by, revoked_at = $revoked_at WHERE id = $id AND ${IN_FORCE}`,
} as const;

/** What the operator approved for single plugins. A row stays when its approval is withdrawn. */
export function approvalsStore(db: Database, clock: Clock) {
  const revoke = (id: number, revoked_by: string): void => {
    db.run(APPROVAL_QUERIES.revoke, { id, revoked_by, revoked_at: clock.now() });
  };
  const ofPlugin = (plugin_id: string): readonly Approval[] =>
    db.all(APPROVAL_QUERIES.ofPlugin, { plugin_id }, read);
  return {
    /** Approves; what was approved of the same capability for the same code and scope is replaced by it. */
    approve: (approval: NewApproval): Approval =>
      db.atomically(() => {
        for (const other of ofPlugin(approval.plugin_id)) {
          if (isReplaced(other, approval)) revoke(other.id, approval.approved_by);
        }
        db.run(APPROVAL_QUERIES.save, {
          ...approval,
          hosts: canonicalJson(approval.hosts),
          approved_at: clock.now(),
        });
        const approved = ofPlugin(approval.plugin_id).at(-1);
        if (approved === undefined) throw new Error('an approval vanished while it was recorded');
        return approved;
      }),
    revoke,
    /** Of one plugin, of whatever code of it, those in force; the oldest first. */
    ofPlugin,
    /** Of all plugins, those in force. */
    all: (): readonly Approval[] => db.all(APPROVAL_QUERIES.all, {}, read),
  };
}

function isReplaced(old: Approval, by: NewApproval): boolean {
  const same = ['code_sha256', 'capability', 'scope_kind', 'scope_name'] as const;
  return same.every((key) => old[key] === by[key]);
}
