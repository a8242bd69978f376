import type { Derived } from '../dataset.ts';
import type { Session } from '../session.ts';
import { checkSyntax, namesUsed } from './check-syntax.ts';
import { aggregateKind } from './names.ts';
import { refuse } from './refuse.ts';
import { castDoubleLiterals, type DerivedTree } from './rewrite.ts';
import { parseSelect, type Tree, textOf, textsOf, treeOf, treesOf, walk } from './tree.ts';

/** Parses named expressions in order; each may use the columns of `data` and those before it. */
export async function parseDerived(
  session: Session,
  derived: Derived,
  columns: ReadonlySet<string>,
): Promise<readonly DerivedTree[]> {
  const taken = new Set(columns);
  const trees: DerivedTree[] = [];
  for (const { name, sql } of derived) {
    checkName(name, taken);
    taken.add(name.toLowerCase());
    trees.push({ name, expression: await parseScalar(session, name, sql) });
  }
  return trees;
}

function checkName(name: string, taken: ReadonlySet<string>): void {
  const key = name.toLowerCase();
  if (!/^[a-z][a-z0-9_]{0,99}$/.test(key)) {
    refuse(`a derived column can not be called ${name}; use letters, digits and underscores`);
  }
  if (key === 'data' || taken.has(key)) refuse(`the name ${name} of a derived column is taken`);
}

/** Expressions that were let through, by text: each query of a plugin asks for all of its derived columns again. */
const letThrough = new WeakMap<Session, Map<string, Tree>>();

/** The expression's tree, which all queries share: nothing that rewrites them finds anything in it. */
async function parseScalar(session: Session, name: string, sql: string): Promise<Tree> {
  const known = letThrough.get(session) ?? new Map<string, Tree>();
  letThrough.set(session, known);
  const tree = known.get(sql) ?? (await checkedScalar(session, name, sql));
  known.set(sql, tree);
  return tree;
}

async function checkedScalar(session: Session, name: string, sql: string): Promise<Tree> {
  const statement = await parseSelect(session, `SELECT\n${sql}\n`);
  checkSyntax(statement, 0);
  const [item] = treesOf(treeOf(statement, 'node'), 'select_list');
  if (!item || !isBareSelect(treeOf(statement, 'node'))) {
    refuse(`the derived column ${name} has to be one expression over the columns of data`);
  }
  walk(item, (tree) => checkScalar(name, tree));
  castDoubleLiterals(item);
  return item;
}

function isBareSelect(node: Tree): boolean {
  return (
    textOf(node, 'type') === 'SELECT_NODE' &&
    textOf(treeOf(node, 'from_table'), 'type') === 'EMPTY' &&
    treesOf(node, 'select_list').length === 1 &&
    textOf(treesOf(node, 'select_list')[0] ?? {}, 'alias') === '' &&
    treesOf(node, 'modifiers').length === 0 &&
    treesOf(node, 'group_expressions').length === 0 &&
    treesOf(treeOf(node, 'cte_map'), 'map').length === 0 &&
    ['where_clause', 'having', 'qualify', 'sample'].every((member) => node[member] === null)
  );
}

function checkScalar(name: string, tree: Tree): void {
  const kind = textOf(tree, 'class');
  const call = textOf(tree, 'function_name').toLowerCase();
  const what =
    kind === 'SUBQUERY' || kind === 'WINDOW' || kind === 'STAR'
      ? kind
      : aggregateKind(call) || call === 'unnest'
        ? call
        : '';
  if (what) refuse(`the derived column ${name} uses ${what}; it has to be one value per row of data`);
}

/** Those derived columns that a statement uses, directly or through others; all of them when it selects a star. */
export function usedDerived(statement: Tree, derived: readonly DerivedTree[]): readonly DerivedTree[] {
  const used = namesUsed(statement);
  const everything = used.has('*') || namesRow(statement);
  const kept: DerivedTree[] = [];
  for (const column of derived.toReversed()) {
    if (!everything && !used.has(column.name.toLowerCase())) continue;
    kept.unshift(column);
    for (const name of namesUsed(column.expression)) used.add(name);
  }
  return kept;
}

/** Whether a statement may use a whole row of `data` as a value, or names its columns anew by position. */
function namesRow(statement: Tree): boolean {
  let found = false;
  const relations = new Set<string>();
  walk(statement, (tree) => {
    if (textOf(tree, 'type') !== 'BASE_TABLE') return;
    relations.add((textOf(tree, 'alias') || textOf(tree, 'table_name')).toLowerCase());
    found ||= textsOf(tree, 'column_name_alias').length > 0;
  });
  walk(statement, (tree) => {
    const names = textOf(tree, 'class') === 'COLUMN_REF' ? textsOf(tree, 'column_names') : [];
    found ||= names.length === 1 && relations.has((names[0] ?? '').toLowerCase());
    found ||= textOf(tree, 'ref_type') === 'NATURAL';
  });
  return found;
}
