import type {
  Column,
  Coverage,
  FieldSource,
  PluginResult,
  RawChart,
  RawFinding,
  RoleBinding,
  RoleName,
} from '../contract/index.ts';
import type { Batch } from './batch.ts';
import type { ExactRequest, MomentState } from './exact/index.ts';
import type { DerivationHandle, EvidenceHandle, ExactHandle, QueryHandle } from './handles.ts';
import type { RandomStream } from './random.ts';

/** A parameter of a query; in SQL cast it: `CAST($1 AS BIGINT)`. */
export type QueryParameter = string | number | boolean | null;

/** Where a field comes from, alone or with its unit (`rows`, `s`, `h`, `%`, or that of the column). */
export type FieldInput = FieldSource | { readonly from: FieldSource; readonly unit?: string };

type Claim<T extends { fields: unknown; rows?: unknown }> = Omit<T, 'fields' | 'rows'> & {
  readonly fields: Readonly<Record<string, FieldInput>>;
  /** Query whose `_sh_part` and `_sh_row_number` are the rows in point. */
  readonly rows?: QueryHandle;
};

/** A repeated discovery of one kind on one target. */
export type ItemInput = Claim<NonNullable<RawFinding['items']>[number]>;

/** A finding as a plugin writes it; title and statement are templates over `fields`, without digits. */
export type FindingInput = Omit<Claim<RawFinding>, 'items'> & { readonly items?: readonly ItemInput[] };

/** A chart: a Vega-Lite spec without `data`; the host puts in the rows of `query`. */
export type ChartInput = Omit<RawChart, 'query'> & { readonly query: QueryHandle };

/** A number that no SQL gives, computed by the plugin from evidence. */
export interface DerivationInput {
  /** The method's standard name, with its source where it has one. */
  readonly method: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Finite numbers, big integers or decimal text; null where undefined. */
  readonly values: Readonly<Record<string, number | bigint | string | null>>;
  /** Everything it was computed from. */
  readonly inputs: readonly EvidenceHandle[];
}

/** A hypothesis that was tested. The q-value comes later, from the ledger of the whole run. */
export interface TestInput {
  /** Tests that answer one question together. */
  readonly family: string;
  readonly hypothesis: string;
  readonly statistic: { readonly name: string; readonly value: number };
  /** In [0, 1]. */
  readonly p_value: number;
  /** Observations used. */
  readonly n: number;
  /**
   * True where the tests of the family depend on each other by construction (they share rows or a comparison group):
   * their p-values are multiplied by the harmonic sum of the family's size (Benjamini & Yekutieli, 2001). All tests of
   * a family agree.
   */
  readonly dependent?: boolean;
}

/** Everything a plugin can reach while it analyses. There is nothing else: no clock, no network, no files. */
export interface Context<S = unknown> {
  /** The columns of `data`, in the order of the source. */
  readonly schema: readonly Column[];
  /** Which column has which role, with how sure that is and why. */
  readonly roles: readonly RoleBinding[];
  /** The `sql_name` of the column bound to a role; the first one where it binds a list. */
  role(name: RoleName): string | undefined;
  /** All `sql_name`s bound to a role, in order. */
  rolesOf(name: RoleName): readonly string[];
  /** The column with this `sql_name`. Throws a RangeError if there is none. */
  column(sqlName: string): Column;
  /** Resolved settings, checked against the manifest's `config_schema`, defaults filled in. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** How many rows are looked at, of how many. */
  readonly coverage: Coverage;
  /** Rows of `data`. */
  readonly rowCount: number;
  /** The merged state of all chunks; undefined if the plugin has no `partial`, or the table no rows. */
  readonly state: S | undefined;
  /** Results of the plugins it depends on, by id; null for an optional one that is absent. */
  readonly upstream: Readonly<Record<string, PluginResult | null>>;
  /** The plugin's seed (64 bits, decimal); null unless the manifest declares `randomness`. */
  readonly seed: string | null;
  /** Aborted when the execution is to end. */
  readonly signal: AbortSignal;

  /** A seeded stream, its own per label. Throws unless the manifest declares `randomness`. */
  random(label: string): RandomStream;
  /**
   * One SELECT over `data`, its own CTEs, and this plugin's derived columns. Rejects with the reason if it is
   * refused (see docs/reference/queries.md) or fails.
   */
  query(sql: string, parameters?: readonly QueryParameter[]): Promise<QueryHandle>;
  /** Exact sums, moments or products of columns, computed by the host, each correctly rounded. */
  exact(request: ExactRequest): Promise<ExactHandle>;
  /** Names an SQL expression over `data`: from then on a column of this plugin's queries. */
  derive(name: string, sql: string): Promise<void>;
  /** The rows of `data`, in order, by column. */
  batches(request: { readonly columns: readonly string[] }): AsyncIterable<Batch>;

  /** Registers numbers that the plugin computed, and what from. */
  derivation(input: DerivationInput): DerivationHandle;
  /** Enters a hypothesis in the ledger and returns its label, for a finding's `test`. */
  test(input: TestInput): string;
  /** One claim, for the report: a template of words, and where each number in it comes from. */
  finding(input: FindingInput): void;
  /** A number by name, for other plugins and for comparison between runs. */
  metric(name: string, field: FieldInput): void;
  /** Adds a chart and returns its name, for a finding's `charts`. */
  chart(input: ChartInput): string;
  /** Hands a file over to the host, which checks it and commits it with the result. Rejects with the reason if it is refused. */
  artifact(input: {
    readonly path: string;
    readonly content: string | Uint8Array;
    readonly media_type: string;
    readonly title: string;
    /** Kept when old runs are thinned out; default true. */
    readonly keep?: boolean;
  }): Promise<void>;
  /** Why there is no finding, or what is not computed. Part of the result. */
  note(text: string): void;
  /** A line in the execution's log; never part of the result. */
  log(text: string): void;
  /** How far it is, for whoever watches; never part of the result. */
  progress(done: number, total: number): void;
}

/** A range of rows of one part. */
export interface ChunkContext {
  readonly rows: number;
  /** Bounds of `_sh_row_number`, inclusive. */
  readonly firstRow: number;
  readonly lastRow: number;
}

/** What `partial` can reach: the rows of its chunk and nothing of the whole, so that its state can be kept. */
export interface PartialContext {
  readonly schema: readonly Column[];
  readonly roles: readonly RoleBinding[];
  role(name: RoleName): string | undefined;
  rolesOf(name: RoleName): readonly string[];
  column(sqlName: string): Column;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  /** One SELECT over the chunk: `data` holds its rows only. The result is no evidence, so it has no id. */
  query(sql: string, parameters?: readonly QueryParameter[]): Promise<Rows>;
  /** Exact, mergeable moments of the chunk, by column: see `mergeMoments` and `finishMoments`. */
  exact(columns: readonly string[]): Promise<Readonly<Record<string, MomentState>>>;
  /** The chunk's rows, in order, by column. */
  batches(request: { readonly columns: readonly string[] }): AsyncIterable<Batch>;
  log(text: string): void;
}

/** The result of a query over a chunk. */
export type Rows = Omit<QueryHandle, 'id' | 'cell'>;

/** What `health` can reach. */
export interface HealthContext {
  log(text: string): void;
}
