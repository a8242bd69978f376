import type { FieldSource } from '../contract/index.ts';
import type { EvidenceHandle, QueryHandle } from './handles.ts';

/**
 * Where a field comes from: what `cell`, `value` of a handle give, `{ column_name: sqlName }` for the header of a column,
 * `{ setting: key }` for a setting; alone, or as `{ from, unit }`. The unit is a word without digits: `rows`, `s`, `h`,
 * `%`, or that of the column.
 */
export type FieldInput = FieldSource | { readonly from: FieldSource; readonly unit?: string };

/** A repeated discovery of one kind on one target. Names of fields are small letters, digits and `_`. */
export interface ItemInput {
  /** Text with `{field}` marks, without digits: `'{large} of {rows} are late'`. */
  readonly title: string;
  /** The same in a sentence or two. */
  readonly statement: string;
  /** Every number and name in the texts, and where it comes from. */
  readonly fields: Readonly<Record<string, FieldInput>>;
  /** The number that it is about: a field, with fields for its interval. `level` is 0.95 and the like. */
  estimate?: { name: string; field: string; interval?: { low: string; high: string; level: number } };
  /** A standardised size: its name, and a field. */
  effect_size?: { name: string; field: string };
  /** What `ctx.test` returned, where `how` is `tested`. */
  test?: string;
  /** Whether the claim holds in each half of the table; `first` and `second` are fields with each half's estimate. */
  replication?: {
    by: 'time' | 'alternate_rows' | 'alternate_blocks';
    holds: 'both' | 'first' | 'second' | 'neither';
    first: string;
    second: string;
  };
  /** Query whose `_sh_part` and `_sh_row_number` are the rows in point. */
  readonly rows?: QueryHandle;
  /** What `ctx.chart` returned. */
  charts?: string[];
}

/** A finding as a plugin writes it: the members of an item, and these. */
export interface FindingInput extends ItemInput {
  /** One of `finding_kinds` of the manifest. */
  kind: string;
  /** What it is about, by a word: columns by their `sql_name`, or a field with a value (a job, a host); kind and target are its identity. */
  target: Record<string, { columns: string[] } | { field: string }>;
  /** What the claim is restricted to, by a word; part of its identity. */
  scope?: Record<string, string>;
  /** Names in SQL of the columns it is about, where target and scope don't say. */
  about?: string[];
  /** How sure it is: counted, estimated with an interval, tested (with `test`), or checked against a model. */
  how: 'exact_count' | 'interval' | 'tested' | 'model_check';
  /** How much it matters to the reader. */
  severity: 'info' | 'notice' | 'warning' | 'serious';
  /** Shares in [0, 1] of the ranking that only the plugin knows. */
  ranking?: { effect: number; reach: number; actionability: number };
  /** Repeated discoveries: all that is of the same kind on the same target. */
  readonly items?: readonly ItemInput[];
  /** What has to hold, besides `assumptions` of the manifest. */
  assumptions?: string[];
  /** What it does not say. */
  limitations?: string[];
}

/** A number, a big integer or decimal text, with its unit; or the header of a column. */
export type FactField =
  | { readonly value: number | bigint | string; readonly unit?: string }
  | { readonly column_name: string };

/** A provisional fact: a description of the rows so far, never a claim that would need a test. */
export interface FactInput {
  /** Text with `{field}` marks, without digits: `'{column}: mean {mean} so far'`; at most 500 characters. */
  readonly statement: string;
  /** Every number and name in it: `{ column: { column_name: sqlName }, mean: { value: m, unit: 's' } }`. */
  readonly fields: Readonly<Record<string, FactField>>;
}

/** A chart: a Vega-Lite spec without `data`; the host puts in the rows of `query`. */
export interface ChartInput {
  /** Small letters, digits and `_`; its own in the plugin. */
  name: string;
  /** Stands above it. */
  title: string;
  /** What the chart shows, in words, for those who can't see it. */
  alternative: string;
  /** The result whose rows it shows. */
  readonly query: QueryHandle;
  /** A Vega-Lite spec without `data`: `{ mark: 'bar', encoding: { … } }`. */
  spec: Record<string, unknown>;
}

/** A number that no SQL gives, computed by the plugin from evidence. */
export interface DerivationInput {
  /** The method's standard name, with its source where it has one. */
  readonly method: string;
  /** What the method was given besides. */
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
  /** What would be true if there were nothing, in words. */
  readonly hypothesis: string;
  /** What was computed: `{ name: 't', value: 2.1 }`. */
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

/** A file, for `ctx.artifact`: `{ path: 'waits.csv', content: text, media_type: 'text/csv', title: 'All waits' }`. */
export interface ArtifactInput {
  /** The file's name, without folders: letters, digits, `_`, `.` and `-`, at most 100. */
  readonly path: string;
  /** The whole file: text, or bytes. */
  readonly content: string | Uint8Array;
  /** What it is, such as `text/csv`; has to fit name and bytes. */
  readonly media_type: string;
  /** What the report calls it. */
  readonly title: string;
  /** Kept when old runs are thinned out; default true. */
  readonly keep?: boolean;
}
