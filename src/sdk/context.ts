import type {
  Column,
  Coverage,
  DerivedDefinition,
  PluginResult,
  RoleBinding,
  RoleName,
} from '../contract/index.ts';
import type { Batch } from './batch.ts';
import type { ExactRequest, MomentState } from './exact/index.ts';
import type { DerivationHandle, ExactHandle, QueryHandle } from './handles.ts';
import type {
  ArtifactInput,
  ChartInput,
  DerivationInput,
  FactInput,
  FieldInput,
  FindingInput,
  TestInput,
} from './inputs.ts';
import type { RandomStream } from './random.ts';

/** A parameter of a query; in SQL cast it: `CAST($1 AS BIGINT)`. */
export type QueryParameter = string | number | boolean | null;

/** What every function of a plugin that looks at a table can know of it before it looks at a row. */
export interface TableContext {
  /**
   * The columns of `data`, in the order of the source: each with `name` (the header), `sql_name`, and `type`, of which `kind`
   * is one of `column_types` in `plugin.json`; decimals have `precision` and `scale` too.
   */
  readonly schema: readonly Column[];
  /**
   * Columns that the engine derived, such as the keys of a text with parameters: each with `name` (the key), `sql_name`, `type`,
   * `kind` (`integer`, `decimal`, `date`, `month` as its first day, `text`), `from`, `key`, `sql`, and of the whole table `values`,
   * `unparsed`, `distinct`, `coverage`. By their `sql_name` they are columns of `query`, `exact` and `batches` of `analyze`; they are
   * not in `schema`. None in `partial`.
   */
  readonly derived: readonly DerivedDefinition[];
  /** Which column has which role: `role`, `sql_name`, `confidence` in [0, 1], `source` (`flag`, `confirmed`, `inferred`), `reasons`; `points_at` where it holds the ids of another column than `run_id`. */
  readonly roles: readonly RoleBinding[];
  /** The `sql_name` of the column bound to a role; the first one where it binds a list. */
  role(name: RoleName): string | undefined;
  /** All `sql_name`s bound to a role, in order. */
  rolesOf(name: RoleName): readonly string[];
  /** The column with this `sql_name`, of the table or derived. Throws a RangeError if there is none. */
  column(sqlName: string): Column;
  /** Resolved settings, checked against the manifest's `config_schema`, defaults filled in. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Everything a plugin can reach while it analyses. There is nothing else: no clock, no network, no files. */
export interface Context<S = unknown> extends TableContext {
  /** How many rows are looked at, of how many: `kind` (`FULL`, `SAMPLED`), `rows`, `of_rows`, `rejected_rows`; of a sample also `method`, `column`, `fraction`, `seed`. What only a whole table shows (a value occurs once, a row is missing) is no claim of a sample. */
  readonly coverage: Coverage;
  /** Rows of `data`. */
  readonly rowCount: number;
  /** The merged state of all chunks; undefined if the plugin has no `partial`, or the table no rows. */
  readonly state: S | undefined;
  /** Results of the plugins it depends on (`depends_on`), by id; null for an optional one that is absent. */
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
  /**
   * All rows of `data`, in order, held at once: what `batches` gives, collected. Takes the capability `full_load`, which
   * each user has to approve; more than 256 MB end the execution. Whatever can be done batch by batch needs neither.
   */
  load(request: { readonly columns: readonly string[] }): Promise<readonly Batch[]>;
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
  artifact(input: ArtifactInput): Promise<void>;
  /** Why there is no finding, or what is not computed: at most 10,000 characters each. Part of the result. */
  note(text: string): void;
  /** What every finding of the plugin does not say, those before it too; said once, however often it is called with it. */
  limitation(text: string): void;
  /**
   * A note that findings could not be looked for in this table, and why: all kinds of the plugin, or what `of` says. A
   * known issue about them that what was found does not decide is not evaluated, with this reason.
   */
  notLookedFor(reason: string, of?: Unseen): void;
  /** A line in the execution's log; never part of the result. */
  log(text: string): void;
  /** How far it is, for whoever watches; never part of the result. */
  progress(done: number, total: number): void;
}

/** What could not be looked for. */
export interface Unseen {
  /** Of those that the manifest announces; all of them, if left out. */
  readonly kinds?: readonly string[];
  /** Where only what these fields say is not known. */
  readonly fields?: readonly string[];
  /** Where it is so of these jobs, servers and so on only. */
  readonly names?: readonly string[];
}

/** A range of rows of one part. */
export interface ChunkContext {
  /** How many. */
  readonly rows: number;
  /** The lowest `_sh_row_number`. */
  readonly firstRow: number;
  /** The highest one. */
  readonly lastRow: number;
}

/**
 * What `partial` can reach: the rows of its chunk and nothing of the whole, so that its state can be kept. A state that
 * depends on the type of a column is made again when that changes.
 */
export interface PartialContext extends TableContext {
  /** As in `analyze`. */
  readonly signal: AbortSignal;
  /** One SELECT over the chunk: `data` holds its rows only. The result is no evidence, so it has no id. */
  query(sql: string, parameters?: readonly QueryParameter[]): Promise<Rows>;
  /** Exact, mergeable moments of the chunk, by column: see `mergeMoments` and `finishMoments`. */
  exact(columns: readonly string[]): Promise<Readonly<Record<string, MomentState>>>;
  /** The chunk's rows, in order, by column. */
  batches(request: { readonly columns: readonly string[] }): AsyncIterable<Batch>;
  /** A line in the execution's log. */
  log(text: string): void;
}

/** What `provisional` can reach: nothing of the table but what the state holds of it. */
export interface ProvisionalContext extends TableContext {
  /** Says one fact, of at most five each time. How many rows it covers is added by the host. */
  fact(input: FactInput): void;
}

/** The result of a query over a chunk: a `QueryHandle` without `id` and `cell`. */
export type Rows = Omit<QueryHandle, 'id' | 'cell'>;

/** What `health` can reach. */
export interface HealthContext {
  /** A line in the log. */
  log(text: string): void;
}
