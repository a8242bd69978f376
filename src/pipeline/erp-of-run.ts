import Type, { type Static } from 'typebox';
import { closed, type Erp, KnownIssue, Sha256Schema } from '../contract/index.ts';

/** What a run takes from the ERP of its dataset, by value. */
export const ErpOfRun = closed({
  name: Type.String(),
  /** Confirmed roles by header, with the confidence that they were confirmed with. */
  roles: Type.Array(closed({ role: Type.String(), column: Type.String(), confidence: Type.Number() })),
  known_issues: Type.Array(KnownIssue),
  /** How the columns differ from every schema that the ERP accepts, in sentences; empty where they are one of them. */
  schema_differs: Type.Array(Type.String()),
  /** Of each earlier dataset version its newest completed run: the hash of what stays of it. */
  history: Type.Array(closed({ dataset_version_id: Sha256Schema, sha256: Sha256Schema })),
});
export type ErpOfRun = Static<typeof ErpOfRun>;

/** What the ERP says before anything was read: schema and history are compared with the dataset version. */
export function erpOfRun({ name, columns, known_issues }: Erp): ErpOfRun {
  return { name, roles: rememberedRoles(columns), known_issues, schema_differs: [], history: [] };
}

/** What somebody confirmed of the columns of an ERP. */
export function rememberedRoles(columns: Erp['columns']): ErpOfRun['roles'] {
  return columns.flatMap((column) =>
    column.roles
      .filter(({ confirmed }) => confirmed)
      .map(({ role, confidence }) => ({ role, column: column.name, confidence })),
  );
}
