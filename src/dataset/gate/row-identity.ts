import { aggregateKind } from './names.ts';
import {
  isTree,
  meaningOf,
  type Tree,
  type TreeValue,
  textOf,
  textsOf,
  treeOf,
  treesOf,
  walk,
} from './tree.ts';

/**
 * What is known about the rows of a relation. `key` are columns that no two rows share, all together, or undefined
 * where none are known; `columns` its names in lower case, or undefined where they are not all known.
 */
export interface Relation {
  readonly alias: string;
  readonly columns: ReadonlySet<string> | undefined;
  readonly key: readonly string[] | undefined;
}

/** Common table expressions by name, each with what is known about its rows. */
export type Known = ReadonlyMap<string, Relation>;

const UNKNOWN: Relation = { alias: '', columns: undefined, key: undefined };
const ROW_IDENTITY: readonly string[] = ['_sh_part', '_sh_row_number'];

/** What is known about a query's rows, where `known` are the common table expressions around it. */
export function relationOfQuery(node: Tree, known: Known, dataColumns: ReadonlySet<string>): Relation {
  if (textOf(node, 'type') !== 'SELECT_NODE') return relationOfSetOperation(node);
  const columns = outputNames(node);
  if (isDistinct(node) && columns) return { alias: '', columns: new Set(columns), key: columns };
  if (multipliesRows(node)) return UNKNOWN;
  const within = knownWithin(node, known, dataColumns);
  const relations = relationsOf(treeOf(node, 'from_table'), within, dataColumns);
  if (isGrouped(node)) {
    return { alias: '', columns: columns && new Set(columns), key: keyOfGroups(node, relations) };
  }
  const names = columns ? new Set(columns) : starColumns(node, relations);
  return { alias: '', columns: names, key: keyOfSelection(node, relations) };
}

/** The common table expressions that a node sees: those around it and its own. */
export function knownWithin(node: Tree, outer: Known, dataColumns: ReadonlySet<string>): Known {
  const known = new Map(outer);
  if (textOf(node, 'type') === 'RECURSIVE_CTE_NODE')
    known.set(textOf(node, 'cte_name').toLowerCase(), UNKNOWN);
  for (const entry of treesOf(treeOf(node, 'cte_map'), 'map')) {
    const value = treeOf(entry, 'value');
    const relation = relationOfQuery(treeOf(treeOf(value, 'query'), 'node'), known, dataColumns);
    const renamed = textsOf(value, 'aliases').length > 0;
    known.set(textOf(entry, 'key').toLowerCase(), renamed ? UNKNOWN : relation);
  }
  return known;
}

/** The relations that a FROM clause joins. */
export function relationsOf(
  table: Tree,
  known: Known,
  dataColumns: ReadonlySet<string>,
): readonly Relation[] {
  if (textOf(table, 'type') === 'JOIN') return relationsOfJoin(table, known, dataColumns);
  if (textOf(table, 'type') === 'EMPTY') return [];
  const relation = relationOfTable(table, known, dataColumns);
  const renamed = textsOf(table, 'column_name_alias').length > 0;
  return [{ ...(renamed ? UNKNOWN : relation), alias: aliasOf(table) }];
}

function relationsOfJoin(join: Tree, known: Known, dataColumns: ReadonlySet<string>): readonly Relation[] {
  const left = relationsOf(treeOf(join, 'left'), known, dataColumns);
  const kind = textOf(join, 'join_type');
  if (kind === 'SEMI' || kind === 'ANTI') return left;
  const right = relationsOf(treeOf(join, 'right'), known, dataColumns);
  return textOf(join, 'ref_type') === 'NATURAL' ? [...left, ...right, UNKNOWN] : [...left, ...right];
}

function aliasOf(table: Tree): string {
  return (textOf(table, 'alias') || textOf(table, 'table_name')).toLowerCase();
}

function relationOfTable(table: Tree, known: Known, dataColumns: ReadonlySet<string>): Relation {
  switch (textOf(table, 'type')) {
    case 'BASE_TABLE': {
      const name = textOf(table, 'table_name').toLowerCase();
      if (name === 'data') return { alias: name, columns: dataColumns, key: ROW_IDENTITY };
      return known.get(name) ?? UNKNOWN;
    }
    case 'SUBQUERY':
      return relationOfQuery(treeOf(treeOf(table, 'subquery'), 'node'), known, dataColumns);
    default:
      return UNKNOWN;
  }
}

/** UNION without ALL leaves no two equal rows. */
function relationOfSetOperation(node: Tree): Relation {
  if (textOf(node, 'setop_type') !== 'UNION' || node['setop_all'] !== false) return UNKNOWN;
  const left = node['left'];
  const columns = isTree(left) && textOf(left, 'type') === 'SELECT_NODE' ? outputNames(left) : undefined;
  return columns ? { alias: '', columns: new Set(columns), key: columns } : UNKNOWN;
}

function isDistinct(node: Tree): boolean {
  return treesOf(node, 'modifiers').some((modifier) => textOf(modifier, 'type') === 'DISTINCT_MODIFIER');
}

/** The names of a SELECT's columns in lower case; undefined with a star, an unnamed or a repeated column. */
function outputNames(node: Tree): readonly string[] | undefined {
  const names: string[] = [];
  for (const item of treesOf(node, 'select_list')) {
    const name = outputName(item);
    if (!name || names.includes(name)) return undefined;
    names.push(name);
  }
  return names;
}

function outputName(item: Tree): string | undefined {
  const alias = textOf(item, 'alias');
  if (alias) return alias.toLowerCase();
  if (textOf(item, 'class') !== 'COLUMN_REF') return undefined;
  return textsOf(item, 'column_names').at(-1)?.toLowerCase();
}

/** Whether a SELECT list unnests lists into rows. */
export function multipliesRows(node: Tree): boolean {
  let found = false;
  walk(node['select_list'], (tree) => {
    if (textOf(tree, 'function_name').toLowerCase() === 'unnest') found = true;
  });
  return found;
}

/** Whether a SELECT gives one row per group (or one in all). */
export function isGrouped(node: Tree): boolean {
  if (treesOf(node, 'group_expressions').length > 0) return true;
  if (textOf(node, 'aggregate_handling') === 'FORCE_AGGREGATES') return true;
  return treesOf(node, 'select_list').some(holdsAggregate) || holdsAggregate(node['having']);
}

/** Whether an expression calls an aggregate, subqueries left out. */
function holdsAggregate(value: TreeValue | undefined): boolean {
  if (Array.isArray(value)) return value.some(holdsAggregate);
  if (!isTree(value) || value['class'] === 'SUBQUERY') return false;
  if (value['class'] === 'FUNCTION' && aggregateKind(textOf(value, 'function_name').toLowerCase()))
    return true;
  return Object.values(value).some(holdsAggregate);
}

/** A GROUP BY expression in all its forms: as written, and the items of the SELECT list that mean the same. */
export interface GroupKey {
  readonly forms: readonly Tree[];
  readonly items: readonly Tree[];
}

/** What no two groups share, all together; undefined for grouping sets, whose rows may repeat. */
export function groupKeys(node: Tree, relations: readonly Relation[]): readonly GroupKey[] | undefined {
  const items = treesOf(node, 'select_list');
  if (textOf(node, 'aggregate_handling') === 'FORCE_AGGREGATES') {
    return items.filter((item) => !holdsAggregate(item)).map((item) => ({ forms: [item], items: [item] }));
  }
  const sets = node['group_sets'];
  if (Array.isArray(sets) && sets.length > 1) return undefined;
  return treesOf(node, 'group_expressions').map((group) => {
    const same = items.filter((item) => isItemOf(group, item, items, relations));
    return { forms: [group, ...same], items: same };
  });
}

/** Whether a GROUP BY expression means this item of the SELECT list: by ordinal, by equality, or by its alias. */
function isItemOf(group: Tree, item: Tree, items: readonly Tree[], relations: readonly Relation[]): boolean {
  const ordinal = ordinalOf(group);
  if (ordinal !== undefined) return items[ordinal - 1] === item;
  return bare(group) === bare(item) || namesAlias(group, item, relations);
}

/** Whether an expression is the alias of an item and can't be a column of the rows below. */
export function namesAlias(expression: Tree, item: Tree, relations: readonly Relation[]): boolean {
  const [name, ...more] = textsOf(expression, 'column_names').map((text) => text.toLowerCase());
  if (!name || more.length > 0 || textOf(item, 'alias').toLowerCase() !== name) return false;
  return relations.every((relation) => relation.columns && !relation.columns.has(name));
}

function ordinalOf(expression: Tree): number | undefined {
  if (textOf(expression, 'class') !== 'CONSTANT') return undefined;
  const value = treeOf(expression, 'value')['value'];
  return typeof value === 'number' ? value : undefined;
}

/** The names under which a grouped SELECT shows all of its groups' keys. */
function keyOfGroups(node: Tree, relations: readonly Relation[]): readonly string[] | undefined {
  const keys = groupKeys(node, relations);
  const all = treesOf(node, 'select_list').map(outputName);
  const names = keys?.map((key) => key.items.map(outputName).find((name) => name !== undefined));
  if (!names?.every((name) => name !== undefined && all.filter((other) => other === name).length === 1)) {
    return undefined;
  }
  return names.filter((name) => name !== undefined);
}

/** The key of an ungrouped SELECT: the keys of all it joins, as far as it shows them under their own names. */
function keyOfSelection(node: Tree, relations: readonly Relation[]): readonly string[] | undefined {
  const items = treesOf(node, 'select_list');
  const key: string[] = [];
  for (const relation of relations) {
    if (!relation.key) return undefined;
    for (const column of relation.key) {
      const name = shownAs(column, relation, items, relations);
      if (!name || key.includes(name)) return undefined;
      key.push(name);
    }
  }
  return key;
}

/** The one name under which a SELECT list shows a column; undefined when it does not, or not clearly. */
function shownAs(
  column: string,
  relation: Relation,
  items: readonly Tree[],
  relations: readonly Relation[],
): string | undefined {
  const stars = items.filter((item) => textOf(item, 'class') === 'STAR');
  const item = items.find((candidate) => refersTo(candidate, column, relation, relations));
  if (item) {
    const name = outputName(item);
    const rivals = items.filter((other) => outputName(other) === name).length;
    return rivals === 1 && stars.length === 0 ? name : undefined;
  }
  const [star] = stars;
  const named = items.some((other) => outputName(other) === column);
  return star && stars.length === 1 && isPlainStar(star) && relations.length === 1 && !named
    ? column
    : undefined;
}

function isPlainStar(star: Tree): boolean {
  const changes = ['exclude_list', 'replace_list', 'qualified_exclude_list', 'rename_list'];
  return changes.every((member) => Array.isArray(star[member]) && star[member].length === 0);
}

function starColumns(node: Tree, relations: readonly Relation[]): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const item of treesOf(node, 'select_list')) {
    const name = outputName(item);
    if (name) names.add(name);
    else if (textOf(item, 'class') !== 'STAR') return undefined;
  }
  for (const relation of relations) {
    if (!relation.columns) return undefined;
    for (const name of relation.columns) names.add(name);
  }
  return names;
}

/** Whether an expression is this column of this relation, by its qualified name or by one that only it can mean. */
export function refersTo(
  expression: Tree,
  column: string,
  relation: Relation,
  relations: readonly Relation[],
): boolean {
  if (textOf(expression, 'class') !== 'COLUMN_REF') return false;
  const names = textsOf(expression, 'column_names').map((name) => name.toLowerCase());
  if (names.at(-1) !== column) return false;
  if (names.length === 2) return names[0] === relation.alias && relation.alias !== '';
  const others = relations.filter((other) => other !== relation);
  return names.length === 1 && others.every((other) => other.columns && !other.columns.has(column));
}

/** An expression without its alias and its place. */
export function bare(expression: Tree): string {
  return meaningOf({ ...expression, alias: '' });
}
