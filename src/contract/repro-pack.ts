import Type, { type Static } from 'typebox';
import { Coverage, closed, oneOf, Sha256Schema } from './common.ts';
import { RunStatus } from './run-manifest.ts';

/** A file of the data in a pack, by its path there. */
const PackedFile = closed({ path: Type.String(), sha256: Sha256Schema, bytes: Type.Integer() });

/** `pack.json`: what a repro pack holds, and what it leaves out of the run on purpose. */
export const ReproPack = closed(
  {
    schema_version: Type.Literal('repro_pack.v1'),
    run_id: Type.String({ pattern: '^[0-9a-f]{32}$' }),
    run_fingerprint: Sha256Schema,
    status: RunStatus,
    kind: oneOf('real', 'synthetic'),
    coverage: Coverage,
    /** Of the report, the results and the artifacts: the same for all runs with this fingerprint. */
    content_sha256: Sha256Schema,
    /** Of `run_manifest.json`: the one that the database and the chain of manifests hold. */
    manifest_sha256: Sha256Schema,
    includes: closed({ data: Type.Boolean(), logs: Type.Boolean() }),
    /** Files that the manifest names and this pack does not hold. */
    left_out: Type.Array(Type.String()),
    /** The uploads, in the order of the parts; what is packed of each where data is included. */
    inputs: Type.Array(
      closed({
        upload_sha256: Sha256Schema,
        part_id: Sha256Schema,
        bytes: Type.Integer(),
        upload: Type.Union([PackedFile, Type.Null()]),
        part: Type.Union([PackedFile, Type.Null()]),
      }),
    ),
  },
  { $id: 'repro_pack.v1' },
);
export type ReproPack = Static<typeof ReproPack>;
