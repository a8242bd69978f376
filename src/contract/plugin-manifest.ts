import Type, { type Static } from 'typebox';
import { closed, oneOf, patterned } from './common.ts';
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
  /** Fewer rows say nothing. */
  min_rows: Type.Integer({ minimum: 0 }),
});

/** A host of the network, or `host:port`: one name or one IPv4 address; the port left out means any. */
const NetworkHost = patterned(
  '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:[1-9][0-9]{0,4})?$',
  'one host in small letters, such as api.example.com or api.example.com:443, without wildcards and https://',
  { maxLength: 260 },
);

/** What ids of plugins and kinds of findings are. */
export const PLUGIN_NAME = /^[a-z][a-z0-9_]*$/;
const NAME_IN_WORDS = 'a name of small letters, digits and _ that begins with a letter';

/** `plugin.json`: what a plugin is, asks for and promises. */
export const PluginManifest = closed(
  {
    /** As it stands here. */
    schema_version: Type.Literal('plugin_manifest.v1'),
    /** Its name in commands, settings and reports; no other plugin may have it. */
    id: patterned(PLUGIN_NAME.source, NAME_IN_WORDS, { maxLength: 100 }),
    /** Three numbers, such as `1.0.0`. */
    version: patterned(
      '^\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?$',
      'three numbers such as 1.0.0, or 1.0.0-beta.1',
    ),
    /** What it looks at, in a few words. */
    title: Type.String({ minLength: 1 }),
    /** This engine runs `profile` (describes columns) and `analysis`. */
    type: oneOf('profile', 'analysis', 'report', 'llm'),
    /** The file with the default export, beside `plugin.json`. */
    entrypoint: patterned('^[A-Za-z0-9_-]+\\.(ts|js|mjs)$', 'a file beside it that ends in .ts, .js or .mjs'),
    /** `plugin.v1`. Of later versions an engine says that it does not know them. */
    contract_version: patterned('^plugin\\.v[1-9]\\d*$', 'plugin.v1', { maxLength: 50 }),
    /** What it needs of the engine. */
    requires: closed({
      /** A range, such as `>=0.1.0 <2.0.0`. */
      engine_semver: Type.String(),
      /** Documents that it reads, such as `dataset_schema.v1`. */
      schema_versions: Type.Array(Type.String()),
    }),
    /** Plugins whose results it reads in `ctx.upstream`: `required`, it can't run without them. */
    depends_on: Type.Array(closed({ id: Type.String(), required: Type.Boolean() })),
    /** What a table must have; otherwise it is `not_applicable`. */
    needs: PluginNeeds,
    /** What it may do: query the table, hand over files, hold all rows at once, use the network. No engine has `gpu` yet. */
    capabilities_required: Type.Array(
      oneOf('dataset.read', 'artifacts.write', 'full_load', 'network', 'gpu'),
    ),
    /** With the capability `network`, and only with it: every host that it may ever talk to. */
    network_hosts: Type.Optional(Type.Array(NetworkHost, { minItems: 1, maxItems: 20, uniqueItems: true })),
    /** Whether it draws: without it `ctx.random` and `Math.random` throw. */
    randomness: Type.Boolean(),
    /** JSON Schema of its settings: `properties`, each with a `default` and a `description`. */
    config_schema: Type.Record(Type.String(), Type.Unknown()),
    /** `plugin_output.v1`. */
    output_schema: patterned('^plugin_output\\.v[1-9]\\d*$', 'plugin_output.v1', { maxLength: 50 }),
    /** What ends an execution; the ceilings of the operator may be lower. */
    limits: closed({
      /** Seconds. */
      wall_s: Type.Number({ exclusiveMinimum: 0 }),
      /** Seconds of processor. */
      cpu_s: Type.Number({ exclusiveMinimum: 0 }),
      /** Memory, in MB. */
      memory_mb: Type.Integer({ minimum: 64 }),
      /** Everything that it hands over, in MB. */
      output_mb: Type.Integer({ minimum: 1 }),
    }),
    /** The question that it answers. */
    question: Type.String({ minLength: 1 }),
    /** What has to hold for its answers. */
    assumptions: Type.Array(Type.String()),
    /** When its answers are wrong or say little. */
    misleads_when: Type.Array(Type.String()),
    /** Every kind of finding it can emit; another kind is invalid output. */
    finding_kinds: Type.Array(patterned(PLUGIN_NAME.source, NAME_IN_WORDS)),
    /** What it uses most of: its own computing; answers of the host, for which it waits; or memory. */
    concurrency_class: oneOf('cpu', 'io', 'memory'),
    /** Whether its findings are measured, or rest on a model. */
    claim: oneOf('measured', 'modeled'),
    /** How it does it. */
    method: closed({
      /** Its standard name. */
      name: Type.String(),
      /** Where it is described. */
      reference: Type.String(),
    }),
    /** Whether it has a function `health`. */
    health: Type.Boolean(),
  },
  { $id: 'plugin_manifest.v1' },
);
export type PluginManifest = Static<typeof PluginManifest>;
export type Capability = PluginManifest['capabilities_required'][number];
