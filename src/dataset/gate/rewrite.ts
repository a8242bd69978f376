import type { Chunk } from '../dataset.ts';
import { refuse } from './refuse.ts';
import { isTree, type Tree, type TreeValue, textOf, treeOf, treesOf, walk } from './tree.ts';

/** A derived column as a syntax tree. */
export interface DerivedTree {
  readonly name: string;
  readonly expression: Tree;
}

/** The name under which `data` with derived columns stands in evidence. */
const WITH_DERIVED = '_sh_data';

/**
 * Puts one named query in the place of every reference to `data`: all its columns and the derived ones, restricted to
 * the chunk. A derived column may name those before it.
 */
export function inlineRelation(
  statement: Tree,
  derived: readonly DerivedTree[],
  chunk: Chunk | undefined,
): void {
  if (derived.length === 0 && !chunk) return;
  const references: Tree[] = [];
  walk(statement, (tree) => {
    if (isDataReference(tree)) references.push(tree);
  });
  if (references.length === 0) return;
  for (const reference of references) {
    reference['alias'] = reference['alias'] || 'data';
    reference['table_name'] = WITH_DERIVED;
  }
  const named = treeOf(treeOf(statement, 'node'), 'cte_map');
  named['map'] = [namedQuery(WITH_DERIVED, relationNode(derived, chunk)), ...treesOf(named, 'map')];
}

/** `name AS NOT MATERIALIZED (…)`: each reference reads the columns that it needs, which costs less than to keep all. */
function namedQuery(name: string, node: Tree): Tree {
  return {
    key: name,
    value: {
      aliases: [],
      query: { node, named_param_map: [] },
      materialized: 'CTE_MATERIALIZE_NEVER',
      key_targets: [],
    },
  };
}

/** `SELECT *, d1 AS name1, d2 AS name2 … FROM data WHERE chunk`. */
function relationNode(derived: readonly DerivedTree[], chunk: Chunk | undefined): Tree {
  const items = derived.map(({ name, expression }) => ({ ...expression, alias: name }));
  return selectNode([star(), ...items], dataTable(), chunk ? chunkCondition(chunk) : null);
}

function isDataReference(tree: Tree): boolean {
  return textOf(tree, 'type') === 'BASE_TABLE' && textOf(tree, 'table_name').toLowerCase() === 'data';
}

/** `SELECT * FROM data`. */
export function selectStar(): Tree {
  return selectNode([star()], dataTable(), null);
}

function selectNode(selectList: Tree[], from: Tree, where: Tree | null): Tree {
  return {
    type: 'SELECT_NODE',
    modifiers: [],
    cte_map: { map: [] },
    select_list: selectList,
    from_table: from,
    where_clause: where,
    group_expressions: [],
    group_sets: [],
    aggregate_handling: 'STANDARD_HANDLING',
    having: null,
    sample: null,
    qualify: null,
  };
}

function dataTable(): Tree {
  return {
    type: 'BASE_TABLE',
    alias: '',
    sample: null,
    query_location: 0,
    schema_name: '',
    table_name: 'data',
    column_name_alias: [],
    catalog_name: '',
    at_clause: null,
  };
}

function star(): Tree {
  return {
    class: 'STAR',
    type: 'STAR',
    alias: '',
    query_location: 0,
    relation_name: '',
    exclude_list: [],
    replace_list: [],
    columns: false,
    expr: null,
    qualified_exclude_list: [],
    rename_list: [],
  };
}

/** `_sh_part = p AND _sh_row_number BETWEEN first AND last`. */
function chunkCondition(chunk: Chunk): Tree {
  const part = comparison('COMPARE_EQUAL', column('_sh_part'), integer(chunk.part));
  const range = {
    class: 'BETWEEN',
    type: 'COMPARE_BETWEEN',
    alias: '',
    query_location: 0,
    input: column('_sh_row_number'),
    lower: integer(chunk.firstRow),
    upper: integer(chunk.lastRow),
  };
  return {
    class: 'CONJUNCTION',
    type: 'CONJUNCTION_AND',
    alias: '',
    query_location: 0,
    children: [part, range],
  };
}

function comparison(type: string, left: Tree, right: Tree): Tree {
  return { class: 'COMPARISON', type, alias: '', query_location: 0, left, right };
}

function column(name: string): Tree {
  return { class: 'COLUMN_REF', type: 'COLUMN_REF', alias: '', query_location: 0, column_names: [name] };
}

function integer(value: number): Tree {
  const id = value > 2_147_483_647 ? 'BIGINT' : 'INTEGER';
  return constant({ type: { id, type_info: null }, is_null: false, value });
}

function constant(value: Tree): Tree {
  return { class: 'CONSTANT', type: 'VALUE_CONSTANT', alias: '', query_location: 0, value };
}

/** Appends all output columns, by ordinal, to the outermost ORDER BY, so that equal rows are all that can tie. */
export function appendTotalOrder(statement: Tree, columnCount: number): void {
  appendOrdinals(treeOf(statement, 'node'), columnCount);
}

/** The same for each inner query that has a LIMIT; its columns have to be countable as written. */
export function orderInnerLimits(statement: Tree): void {
  const root = treeOf(statement, 'node');
  walk(root, (node) => {
    if (node === root || !textOf(node, 'type').endsWith('_NODE') || !hasLimit(node)) return;
    const count = countColumns(node);
    if (count === undefined) refuse('LIMIT in a subquery that selects * or unnests; name its columns');
    appendOrdinals(node, count);
  });
}

function hasLimit(node: Tree): boolean {
  return treesOf(node, 'modifiers').some((modifier) => textOf(modifier, 'type') === 'LIMIT_MODIFIER');
}

/** How many columns a query gives; undefined where a star or unnest hides it. */
export function countColumns(node: Tree): number | undefined {
  const left = node['left'];
  if (textOf(node, 'setop_type').endsWith('BY_NAME')) return undefined;
  if (isTree(left)) return countColumns(left);
  const items = treesOf(node, 'select_list');
  return items.some(expands) ? undefined : items.length;
}

function expands(item: Tree): boolean {
  let found = false;
  walk(item, (tree) => {
    found ||= textOf(tree, 'class') === 'STAR' || textOf(tree, 'function_name').toLowerCase() === 'unnest';
  });
  return found;
}

function appendOrdinals(node: Tree, columnCount: number): void {
  const modifiers = treesOf(node, 'modifiers');
  const order = modifiers.find((modifier) => textOf(modifier, 'type') === 'ORDER_MODIFIER');
  const asked = (order ? treesOf(order, 'orders') : []).flatMap((item) => expandAll(item, columnCount));
  const already = new Set(asked.map(ordinalOfOrder));
  const ordinals = upTo(columnCount).filter((ordinal) => !already.has(ordinal));
  const orders = [...asked, ...ordinals.map((ordinal) => orderBy(integer(ordinal)))];
  if (order) order['orders'] = orders;
  else node['modifiers'] = withOrder(modifiers, { type: 'ORDER_MODIFIER', orders });
}

/** `ORDER BY ALL` as ordinals in its direction. */
function expandAll(item: Tree, columnCount: number): Tree[] {
  const expression = treeOf(item, 'expression');
  if (textOf(expression, 'class') !== 'STAR') return [item];
  return upTo(columnCount).map((ordinal) => ({ ...item, expression: integer(ordinal) }));
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function orderBy(expression: Tree): Tree {
  return { type: 'ORDER_DEFAULT', null_order: 'ORDER_DEFAULT', expression };
}

function ordinalOfOrder(item: Tree): TreeValue | undefined {
  const expression = treeOf(item, 'expression');
  return textOf(expression, 'class') === 'CONSTANT' ? treeOf(expression, 'value')['value'] : undefined;
}

/** ORDER BY stands behind DISTINCT and before LIMIT. */
function withOrder(modifiers: readonly Tree[], order: Tree): Tree[] {
  const distinct = modifiers.filter((modifier) => textOf(modifier, 'type') === 'DISTINCT_MODIFIER');
  return [...distinct, order, ...modifiers.filter((modifier) => !distinct.includes(modifier))];
}

/** Literals of type DOUBLE become casts of their text: printed as they are, they would be read back as DECIMAL. */
export function castDoubleLiterals(statement: Tree): void {
  walk(statement, (tree) => {
    if (textOf(tree, 'class') !== 'CONSTANT') return;
    const value = treeOf(tree, 'value');
    if (value['is_null'] === true || textOf(treeOf(value, 'type'), 'id') !== 'DOUBLE') return;
    const number = value['value'];
    const text = isTree(number) ? textOf(number, '$number') : String(number);
    const literal = constant({ type: { id: 'VARCHAR', type_info: null }, is_null: false, value: text });
    const type = { id: 'DOUBLE', type_info: null };
    const members = {
      class: 'CAST',
      type: 'OPERATOR_CAST',
      child: literal,
      cast_type: type,
      try_cast: false,
    };
    delete tree['value'];
    Object.assign(tree, members);
  });
}
