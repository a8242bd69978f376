import {
  type Context,
  definePlugin,
  type FieldInput,
  identifier,
  type QueryHandle,
} from '../../src/sdk/index.ts';
import { checkOf } from './checks.ts';
import { reportDerived } from './derived.ts';
import { type Binding, inWords, uniqueBindings } from './roles.ts';

/** The map is context for the other findings, and nothing to act on: it ranks low. */
const LOW = { effect: 0.1, reach: 0.1, actionability: 0.1 };

export default definePlugin({
  async analyze(ctx: Context) {
    const rows = await ctx.query('SELECT count(*) AS all_rows FROM data');
    reportMap(ctx, rows);
    const bindings = uniqueBindings(ctx);
    for (const [i, binding] of bindings.entries()) {
      await reportBinding(ctx, binding);
      ctx.progress(i + 1, bindings.length);
    }
    await reportDerived(ctx);
    reportUnassigned(ctx, rows);
    if (bindings.length === 0) {
      ctx.note(
        'No role of a process log or an event log is bound: this is a plain table, or its columns need --roles.',
      );
    }
    ctx.note(
      'The reasons for each role are in the roles of this report; here their counts are made again as queries.',
    );
  },
});

/** How many columns have which kind of role. */
function reportMap(ctx: Context, rows: QueryHandle): void {
  const unique = uniqueBindings(ctx).length;
  const unassigned = unassignedColumns(ctx).length;
  const bound = new Set(uniqueBindings(ctx).map(({ sql_name }) => sql_name));
  const logColumns = ctx.schema.filter(({ sql_name }) => bound.has(sql_name)).length;
  const counted = ctx.derivation({
    method: 'Count of the bindings of the role map',
    parameters: { bindings: ctx.roles.map(({ role, sql_name, source }) => ({ role, sql_name, source })) },
    values: {
      columns: ctx.schema.length,
      log_roles: unique,
      log_columns: logColumns,
      without_role: unassigned,
    },
    inputs: [rows],
  });
  const fields: Record<string, FieldInput> = {
    all_rows: { from: rows.cell(0, 'all_rows'), unit: unitOf('all_rows', ctx.rowCount) },
    columns: { from: counted.value('columns'), unit: ctx.schema.length === 1 ? 'column' : 'columns' },
    log_columns: counted.value('log_columns'),
    log_roles: counted.value('log_roles'),
    without_role: counted.value('without_role'),
  };
  const rest =
    unassigned === 0 ? 'Every column has a role.' : 'Columns that fit no role: {without_role} of {columns}.';
  const looked = ctx.coverage.kind === 'FULL' ? 'table' : 'sample';
  ctx.metric('log_roles', counted.value('log_roles'));
  ctx.metric('columns_without_role', counted.value('without_role'));
  ctx.finding({
    kind: 'role_map',
    title:
      unique === 0
        ? 'The columns are those of a plain table'
        : 'Columns recognised as parts of a log: {log_columns} of {columns}',
    statement:
      unique === 0
        ? `The ${looked} has {columns} and {all_rows}. No column was recognised as part of a process log or event log. ` +
          rest
        : `The ${looked} has {columns} and {all_rows}. Columns recognised as parts of a process log or event log, such as what ran, when, and who asked for it: {log_columns}. ` +
          rest,
    fields,
    target: { columns: { columns: ctx.schema.map((column) => column.sql_name) } },
    how: 'exact_count',
    severity: 'info',
    ranking: LOW,
  });
}

/** One role, its column, the engine's confidence, and the counts that can be repeated. */
async function reportBinding(ctx: Context, binding: Binding): Promise<void> {
  const check = checkOf(ctx, binding);
  const outputs = {
    all_rows: 'count(*)',
    present_rows: `count(${identifier(binding.sql_name)})`,
    ...check.counts,
  };
  const list = Object.entries(outputs).map(([name, sql]) => `${sql} AS ${name}`);
  const counts = await ctx.query(`SELECT ${list.join(', ')} FROM data`);
  const judged = ctx.derivation({
    method: 'Confidence of the role map (docs/reference/roles.md)',
    parameters: {
      role: binding.role,
      sql_name: binding.sql_name,
      source: binding.source,
      reasons: binding.reasons,
    },
    values: { confidence: binding.confidence },
    inputs: [counts],
  });
  const unsure = binding.confidence < Number(ctx.settings['unsure_below']);
  ctx.finding({
    kind: 'role_binding',
    title: `{column} is the role "${inWords(binding.role)}"${unsure ? ': to be checked' : ''}`,
    statement: [
      `{column} has the role "${inWords(binding.role)}" (${SOURCES[binding.source]}, confidence {confidence}).`,
      'It has a value in {present_rows} out of {all_rows}.',
      check.sentence,
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
    fields: {
      column: { column_name: binding.sql_name },
      confidence: judged.value('confidence'),
      ...(check.other !== undefined && { other: { column_name: check.other } }),
      ...Object.fromEntries(
        Object.keys(outputs).map((name) => [
          name,
          { from: counts.cell(0, name), unit: unitOf(name, counts.number(0, name)) },
        ]),
      ),
    },
    target: { columns: { columns: [binding.sql_name] } },
    scope: { role: binding.role },
    how: 'exact_count',
    severity: unsure ? 'notice' : 'info',
    ranking: LOW,
    ...(unsure && {
      limitations: [
        'The engine is not sure of this role; if it is wrong, bind the right column with --roles.',
      ],
    }),
  });
}

const SOURCES: Readonly<Record<Binding['source'], string>> = {
  flag: 'named by the operator',
  confirmed: 'confirmed before',
  inferred: 'inferred',
};

function unitOf(name: string, count: number | null): string {
  const unit = name === 'distinct_values' ? 'distinct value' : 'row';
  return count === 1 ? unit : `${unit}s`;
}

/** Columns that no analysis will look at by role. */
function reportUnassigned(ctx: Context, rows: QueryHandle): void {
  const names = unassignedColumns(ctx);
  if (names.length === 0) return;
  const counted = ctx.derivation({
    method: 'Count of the columns that the role map leaves out',
    parameters: { columns: names },
    values: { without_role: names.length },
    inputs: [rows],
  });
  const listed = names
    .slice(0, LISTED)
    .map((name, i) => [`column_${LETTERS[i]}`, { column_name: name }] as const);
  ctx.finding({
    kind: 'columns_without_role',
    title: 'Columns without a role: {without_role}',
    statement: `No role fits ${listed.map(([field]) => `{${field}}`).join(', ')}${names.length > LISTED ? ' and others' : ''}. Analyses that go by roles leave such columns out; the engine gives no role to columns without a value, nor to times of day.`,
    fields: { without_role: counted.value('without_role'), ...Object.fromEntries(listed) },
    target: { columns: { columns: names } },
    how: 'exact_count',
    severity: 'info',
    ranking: LOW,
  });
}

/** Fields in a template carry no digits. */
const LETTERS = 'abcdefghij';
const LISTED = LETTERS.length;

function unassignedColumns(ctx: Context): string[] {
  const bound = new Set(ctx.roles.map((binding) => binding.sql_name));
  return ctx.schema.map((column) => column.sql_name).filter((name) => !bound.has(name));
}
