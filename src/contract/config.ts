import Type, { type Static } from 'typebox';
import { closed, oneOf, SeedText } from './common.ts';
import { DateOrder, FORMATS, TableChoice } from './dataset.ts';
import { ENCODINGS } from './encodings.ts';
import { Ceilings } from './limits.ts';
import { ProcessDefaults } from './process-defaults.ts';

/**
 * The highest false discovery rate that may be asked for: plugins leave out hypotheses with a higher p-value (the kit's
 * MOST_HOPEFUL_P), so that a higher one would keep less than it promises.
 */
export const HIGHEST_Q = 0.2;

/** A share of the rows: 0.1, or as a text 0.1 or 10%. */
const Share = Type.Union([Type.Number(), Type.String()]);

/** What the operator allows plugins of one type. */
const Profile = closed({
  limits: Type.Optional(Ceilings),
  /** What they may use without an approval; only what they have anyway can be named: others are left out by it. */
  capabilities: Type.Optional(Type.Array(oneOf('dataset.read', 'artifacts.write'), { uniqueItems: true })),
});

/** The configuration file (`--config`, YAML or JSON). Every key is optional; flags come before it. */
export const Config = closed(
  {
    dataset: Type.Optional(
      closed({
        name: Type.Optional(Type.String({ minLength: 1 })),
        erp: Type.Optional(Type.String({ minLength: 1 })),
        kind: Type.Optional(oneOf('real', 'synthetic')),
      }),
    ),
    ingest: Type.Optional(
      closed({
        format: Type.Optional(oneOf('auto', ...FORMATS)),
        encoding: Type.Optional(oneOf(...ENCODINGS)),
        delimiter: Type.Optional(Type.String({ minLength: 1, maxLength: 1 })),
        quote: Type.Optional(Type.String({ minLength: 1, maxLength: 1 })),
        header: Type.Optional(oneOf('auto', 'yes', 'no')),
        types: Type.Optional(Type.Record(Type.String(), Type.String())),
        date_order: Type.Optional(DateOrder),
        sheet: Type.Optional(Type.String({ minLength: 1 })),
        table: Type.Optional(TableChoice),
      }),
    ),
    roles: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())]))),
    plugins: Type.Optional(
      Type.Record(
        Type.String(),
        closed({
          enabled: Type.Optional(Type.Boolean()),
          settings: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
        }),
      ),
    ),
    process: Type.Optional(ProcessDefaults),
    /** Look at a share of the rows alone; `by`: draw all rows that share a value of this column, or none of them. */
    sample: Type.Optional(
      Type.Union([Share, closed({ fraction: Share, by: Type.Optional(Type.String({ minLength: 1 })) })]),
    ),
    seed: Type.Optional(Type.Union([SeedText, Type.Integer({ minimum: 0 })])),
    workers: Type.Optional(Type.Integer({ minimum: 1, maximum: 256 })),
    memory: Type.Optional(Type.String({ pattern: '^[0-9]+(\\.[0-9]+)?\\s*([KMGT]i?B?|B)?$' })),
    policy: Type.Optional(
      closed({
        on_failure: Type.Optional(oneOf('continue', 'stop')),
        require_os_sandbox: Type.Optional(Type.Boolean()),
        /** What an execution may use at most, whatever its plugin asks for; `profiles` says it per type of plugin. */
        limits: Type.Optional(Ceilings),
        profiles: Type.Optional(
          Type.Partial(closed({ profile: Profile, analysis: Profile, report: Profile, llm: Profile }), {
            additionalProperties: false,
          }),
        ),
        false_discovery_rate: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: HIGHEST_Q })),
      }),
    ),
  },
  { $id: 'config.v1' },
);
export type Config = Static<typeof Config>;

/** Where a resolved value came from. */
export const CONFIG_SOURCES = ['flag', 'config', 'erp', 'default'] as const;
export type ConfigSource = (typeof CONFIG_SOURCES)[number];
