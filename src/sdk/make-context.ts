import type {
  Cell,
  Column,
  Coverage,
  DerivedDefinition,
  PluginOutput,
  PluginResult,
  RawFinding,
  RoleBinding,
  RoleName,
} from '../contract/index.ts';
import type { Batch } from './batch.ts';
import type { Context, PartialContext, QueryParameter, TableContext } from './context.ts';
import type { ExactRequest, ExactResult, MomentState } from './exact/index.ts';
import type { DerivationHandle } from './handles.ts';
import type {
  ArtifactInput,
  ChartInput,
  DerivationInput,
  FieldInput,
  FindingInput,
  ItemInput,
  TestInput,
} from './inputs.ts';
import { exactHandle, type QueryRows, queryHandle, rowsOf } from './make-handles.ts';
import { createRandom, type RandomStream } from './random.ts';
import {
  type Members,
  optional,
  refuseMembers,
  TEXT,
  TEXT_OR_BYTES,
  TEXTS,
  wordOf,
} from './refuse-members.ts';

/** What the host tells a plugin before it starts. Nothing in it depends on the machine or on how rows are cut. */
export interface StartDocument {
  readonly schema: readonly Column[];
  readonly derived?: readonly DerivedDefinition[];
  readonly roles: readonly RoleBinding[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly coverage: Coverage;
  readonly rowCount: number;
  /** In chunk order; bounds of `_sh_row_number` are inclusive. */
  readonly chunks: readonly { readonly rows: number; readonly firstRow: number; readonly lastRow: number }[];
  /** Decimal text; null unless the plugin declares `randomness`. */
  readonly seed: string | null;
  readonly upstream: Readonly<Record<string, PluginResult | null>>;
}

/** What a context asks of its host. */
export interface ContextDoor {
  query(sql: string, parameters: readonly QueryParameter[]): Promise<QueryRows & { readonly handle: string }>;
  exact(request: ExactRequest): Promise<{ readonly handle: string; readonly result: ExactResult }>;
  derive(name: string, sql: string): Promise<void>;
  batches(columns: readonly string[], chunk?: number): AsyncIterable<Batch>;
  /** All rows, to be kept. */
  load(columns: readonly string[]): AsyncIterable<Batch>;
  chunkQuery(chunk: number, sql: string, parameters: readonly QueryParameter[]): Promise<QueryRows>;
  chunkExact(chunk: number, columns: readonly string[]): Promise<Readonly<Record<string, MomentState>>>;
  writeArtifact(path: string, content: string | Uint8Array): Promise<void>;
  log(text: string): void;
  progress(done: number, total: number): void;
  readonly signal: AbortSignal;
}

/** A context, and the output that it has gathered so far. */
export interface MadeContext {
  readonly context: Context;
  output(): PluginOutput;
}

type Draft = { -readonly [K in keyof PluginOutput]: PluginOutput[K] };

/** The context of `analyze`. */
export function makeContext(start: StartDocument, state: unknown, door: ContextDoor): MadeContext {
  const draft: Draft = {
    schema_version: 'plugin_output.v1',
    notes: [],
    findings: [],
    metrics: {},
    derivations: [],
    tests: [],
    charts: [],
    artifacts: [],
  };
  const limitations = new Set<string>();
  const context: Context = {
    ...tableOf(start),
    coverage: start.coverage,
    rowCount: start.rowCount,
    state,
    upstream: start.upstream,
    seed: start.seed,
    signal: door.signal,
    random: (label) => streamOf(start.seed, label),
    query: async (sql, parameters = []) => queryHandle(await door.query(sql, parameters)),
    exact: async (request) => {
      refuseMembers('ctx.exact', request, EXACT);
      return exactHandle(await door.exact(request), request.kind);
    },
    derive: (name, sql) => door.derive(name, sql),
    load: ({ columns }) => collected(door.load(columns)),
    batches: ({ columns }) => door.batches(columns),
    log: (text) => door.log(text),
    progress: (done, total) => door.progress(done, total),
    ...emitters(draft, door),
    limitation: (text) => void limitations.add(text),
  };
  return { context, output: () => withLimitations(draft, limitations) };
}

/** The context of `partial`, for one chunk (from 0). */
export function makePartialContext(
  start: StartDocument,
  chunk: number,
  door: ContextDoor,
  lookedAt: Set<string> = new Set(),
): PartialContext {
  const schema = start.schema.map((column) => watched(column, lookedAt));
  return {
    ...tableOf({ ...start, schema, derived: [] }),
    signal: door.signal,
    query: async (sql, parameters = []) => rowsOf(await door.chunkQuery(chunk, sql, parameters)),
    exact: (columns) => door.chunkExact(chunk, columns),
    batches: ({ columns }) => door.batches(columns, chunk),
    log: (text) => door.log(text),
  };
}

/** A column that notes when its type is looked at: a state that depends on it can't be kept when the type changes. */
function watched({ name, sql_name, type }: Column, lookedAt: Set<string>): Column {
  return {
    name,
    sql_name,
    get type() {
      lookedAt.add(sql_name);
      return type;
    },
  };
}

/** What is known of the table before a row is looked at. */
export function tableOf(
  start: Pick<StartDocument, 'schema' | 'derived' | 'roles' | 'settings'>,
): TableContext {
  const derived = start.derived ?? [];
  const rolesOf = (name: RoleName) => start.roles.filter((r) => r.role === name).map((r) => r.sql_name);
  return {
    schema: start.schema,
    derived,
    roles: start.roles,
    settings: start.settings,
    rolesOf,
    role: (name) => rolesOf(name)[0],
    column: (sqlName) => {
      const found = [...start.schema, ...derived].find((c) => c.sql_name === sqlName);
      if (found === undefined) throw new RangeError(`there is no column "${sqlName}"`);
      return found;
    },
  };
}

async function collected(batches: AsyncIterable<Batch>): Promise<readonly Batch[]> {
  const all: Batch[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

function streamOf(seed: string | null, label: string): RandomStream {
  if (seed === null) throw new Error('randomness is not declared in the manifest');
  return createRandom(seed, label);
}

const ARTIFACT: Members<ArtifactInput> = {
  path: TEXT,
  content: TEXT_OR_BYTES,
  media_type: TEXT,
  title: TEXT,
  keep: optional({ what: 'true or false', fits: (value) => typeof value === 'boolean' }),
};

const EXACT: Members<ExactRequest> = {
  kind: wordOf('sum', 'moments', 'products', 'squares', 'cross_products'),
  columns: TEXTS,
  degrees: optional({ what: 'a list of numbers', fits: Array.isArray }),
  where: optional(TEXT),
  groupBy: optional(TEXTS),
};

/** The output, with what all of its findings don't say. */
function withLimitations(draft: Draft, limitations: ReadonlySet<string>): PluginOutput {
  if (limitations.size === 0) return draft;
  const findings = draft.findings.map((finding) => ({
    ...finding,
    limitations: [...(finding.limitations ?? []), ...limitations],
  }));
  return { ...draft, findings };
}

type Emitters = Pick<
  Context,
  'derivation' | 'test' | 'finding' | 'metric' | 'chart' | 'artifact' | 'note' | 'notLookedFor'
>;

/** The functions that add to the output. */
function emitters(draft: Draft, door: ContextDoor): Emitters {
  return {
    derivation: (input) => addDerivation(draft, input),
    test: (input) => addTest(draft, input),
    finding: (input) => void draft.findings.push(rawFinding(input)),
    metric: (name, field) => {
      if (Object.hasOwn(draft.metrics, name)) throw new RangeError(`the metric "${name}" is already set`);
      draft.metrics[name] = rawField(field);
    },
    chart: (input) => addChart(draft, input),
    artifact: async (input) => {
      refuseMembers('ctx.artifact', input, ARTIFACT);
      const { path, content, media_type, title, keep = true } = input;
      await door.writeArtifact(path, content);
      draft.artifacts.push({ path, media_type, title, keep });
    },
    note: (text) => void draft.notes.push(text),
    notLookedFor: (reason, { kinds = [], fields, names } = {}) => {
      draft.notes.push(reason);
      const unseen = {
        kinds: [...kinds],
        ...(fields && { fields: [...fields] }),
        ...(names && { names: [...names] }),
        reason,
      };
      draft.not_looked_for = [...(draft.not_looked_for ?? []), unseen];
    },
  };
}

function addDerivation(draft: Draft, input: DerivationInput): DerivationHandle {
  const id = `d${draft.derivations.length + 1}`;
  const values = Object.fromEntries(
    Object.entries(input.values).map(([name, value]) => [name, derivedValue(name, value)]),
  );
  draft.derivations.push({
    handle: id,
    method: input.method,
    parameters: { ...input.parameters },
    values,
    inputs: input.inputs.map((handle) => handle.id),
  });
  return {
    id,
    value: (name) => {
      if (!Object.hasOwn(values, name)) throw new RangeError(`${id} has no value "${name}"`);
      return { derivation: id, value: name };
    },
  };
}

function derivedValue(name: string, value: number | bigint | Cell): number | Cell {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new TypeError(`the derived value "${name}" is ${value}; say null where it is undefined`);
  }
  return value;
}

function addTest(draft: Draft, input: TestInput): string {
  const label = `t${draft.tests.length + 1}`;
  draft.tests.push({ ...input, label });
  return label;
}

function addChart(draft: Draft, { query, ...chart }: ChartInput): string {
  draft.charts.push({ ...chart, query: query.id });
  return chart.name;
}

function rawFinding({ items, fields, rows, ...rest }: FindingInput): RawFinding {
  return { ...rest, ...rawReferences({ fields, rows }), ...(items && { items: items.map(rawItem) }) };
}

function rawItem({ fields, rows, ...rest }: ItemInput): NonNullable<RawFinding['items']>[number] {
  return { ...rest, ...rawReferences({ fields, rows }) };
}

function rawReferences({
  fields,
  rows,
}: {
  fields: ItemInput['fields'];
  rows: ItemInput['rows'] | undefined;
}) {
  return {
    fields: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, rawField(field)])),
    ...(rows && { rows: rows.id }),
  };
}

function rawField(field: FieldInput): RawFinding['fields'][string] {
  return 'from' in field ? field : { from: field };
}
