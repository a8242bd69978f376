import Type, { type Static } from 'typebox';
import { closed, oneOf } from './common.ts';
import { ROLES } from './roles.ts';

const RoleNames = oneOf(...Object.keys(ROLES));
const ColumnKinds = oneOf(
  'integer',
  'decimal',
  'double',
  'boolean',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'text',
);

/** What a plugin needs of a table to say anything; otherwise it is `not_applicable`. */
export const PluginNeeds = closed({
  /** Roles that must be bound: every entry, each satisfied by any one of its alternatives. */
  roles: Type.Array(Type.Array(RoleNames, { minItems: 1 })),
  /** At least one column of one of these types; empty: any. */
  column_types: Type.Array(ColumnKinds),
  min_rows: Type.Integer({ minimum: 0 }),
});

/** A host of the network, or `host:port`: one name or one IPv4 address; the port left out means any. */
const NetworkHost = Type.String({
  pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:[1-9][0-9]{0,4})?$',
  maxLength: 260,
});

/** `plugin.json`: what a plugin is, asks for and promises. */
export const PluginManifest = closed(
  {
    schema_version: Type.Literal('plugin_manifest.v1'),
    id: Type.String({ pattern: '^[a-z][a-z0-9_]*$', maxLength: 100 }),
    version: Type.String({ pattern: '^\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?$' }),
    title: Type.String({ minLength: 1 }),
    type: oneOf('profile', 'analysis', 'report', 'llm'),
    entrypoint: Type.String({ pattern: '^[A-Za-z0-9_-]+\\.(ts|js|mjs)$' }),
    /** Of later versions an engine says that it does not know them. */
    contract_version: Type.String({ pattern: '^plugin\\.v[1-9]\\d*$', maxLength: 50 }),
    requires: closed({
      engine_semver: Type.String(),
      schema_versions: Type.Array(Type.String()),
    }),
    depends_on: Type.Array(closed({ id: Type.String(), required: Type.Boolean() })),
    needs: PluginNeeds,
    capabilities_required: Type.Array(oneOf('dataset.read', 'artifacts.write', 'network', 'gpu')),
    /** With the capability `network`, and only with it: every host that it may ever talk to. */
    network_hosts: Type.Optional(Type.Array(NetworkHost, { minItems: 1, maxItems: 20, uniqueItems: true })),
    randomness: Type.Boolean(),
    config_schema: Type.Record(Type.String(), Type.Unknown()),
    output_schema: Type.String({ pattern: '^plugin_output\\.v[1-9]\\d*$', maxLength: 50 }),
    limits: closed({
      wall_s: Type.Number({ exclusiveMinimum: 0 }),
      cpu_s: Type.Number({ exclusiveMinimum: 0 }),
      memory_mb: Type.Integer({ minimum: 64 }),
      output_mb: Type.Integer({ minimum: 1 }),
    }),
    question: Type.String({ minLength: 1 }),
    assumptions: Type.Array(Type.String()),
    misleads_when: Type.Array(Type.String()),
    /** Every kind of finding it can emit; another kind is invalid output. */
    finding_kinds: Type.Array(Type.String({ pattern: '^[a-z][a-z0-9_]*$' })),
    concurrency_class: oneOf('cpu', 'io', 'memory'),
    claim: oneOf('measured', 'modeled'),
    method: closed({ name: Type.String(), reference: Type.String() }),
    health: Type.Boolean(),
  },
  { $id: 'plugin_manifest.v1' },
);
export type PluginManifest = Static<typeof PluginManifest>;
export type Capability = PluginManifest['capabilities_required'][number];
