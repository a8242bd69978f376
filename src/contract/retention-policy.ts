import Type, { type Static } from 'typebox';
import { closed } from './common.ts';

/** How long things are kept: `config/retention.json` in the appdata. What is left out has its default. */
export const RetentionPolicy = closed(
  {
    schema_version: Type.Literal('retention_policy.v1'),
    /** A run older than that goes, and what was received before that; null for never. Default 60. */
    max_age_days: Type.Optional(Type.Union([Type.Number({ minimum: 0 }), Type.Null()])),
    /** Runs beyond so many go, the oldest first; null for no limit, which is the default. */
    max_runs: Type.Optional(Type.Union([Type.Integer({ minimum: 0 }), Type.Null()])),
    /** The oldest runs go until the rest, with their data, fits; null for no limit, which is the default. */
    max_bytes: Type.Optional(Type.Union([Type.Integer({ minimum: 0 }), Type.Null()])),
    /** So many of the newest runs never go. Default 3. */
    keep: Type.Optional(Type.Integer({ minimum: 0 })),
    /** How long what was deleted stays in the trash. Default 14. */
    grace_days: Type.Optional(Type.Number({ minimum: 0 })),
    /** A folder where a repro pack of each run is written before it is purged; null for none, which is the default. */
    pack_first: Type.Optional(Type.Union([Type.String({ minLength: 1 }), Type.Null()])),
    /** How large the cache may be; what was used longest ago goes. Default 5 GB. */
    cache_bytes: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { $id: 'retention_policy.v1' },
);
export type RetentionPolicy = Static<typeof RetentionPolicy>;
