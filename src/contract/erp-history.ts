import Type, { type Static } from 'typebox';
import { Coverage, closed, Sha256Schema } from './common.ts';
import { FieldValue, Finding } from './result.ts';

/**
 * What stays of a run for runs to come, by value: its metrics, and its claims without their evidence. Content only, so that
 * equal runs leave equal histories.
 */
export const ErpHistory = closed(
  {
    schema_version: Type.Literal('erp_history.v1'),
    dataset_version_id: Sha256Schema,
    coverage: Coverage,
    /** By plugin id. */
    metrics: Type.Record(Type.String(), Type.Record(Type.String(), FieldValue)),
    /** By id of the finding. */
    findings: Type.Array(
      closed({
        id: Sha256Schema,
        plugin_id: Type.String(),
        kind: Type.String(),
        title: Type.String(),
        estimate: Finding.properties.estimate,
      }),
    ),
  },
  { $id: 'erp_history.v1' },
);
export type ErpHistory = Static<typeof ErpHistory>;
