import { aggregateKind } from './names.ts';
import { refuse } from './refuse.ts';
import { isTree, type Tree, type TreeValue, textOf, textsOf, treeOf, treesOf, walk } from './tree.ts';

const LAMBDA_CALLS = new Set([
  'list_transform',
  'list_apply',
  'array_transform',
  'list_filter',
  'array_filter',
]);

/** Refuses a query that reads `data` nowhere: what it gives would tell nothing about the dataset. */
export function checkReadsData(statement: Tree): void {
  let reads = false;
  walk(statement, (tree) => {
    reads ||= textOf(tree, 'type') === 'BASE_TABLE' && textOf(tree, 'table_name').toLowerCase() === 'data';
  });
  if (!reads) refuse('it does not read data');
}

/**
 * Names of the output columns that the outermost SELECT writes down itself: literals, parameters and what is computed
 * from them alone, without a column, an aggregate, a window or a subquery. `columns` are all output columns in order.
 */
export function constantColumns(statement: Tree, columns: readonly string[]): readonly string[] {
  const constant = constantsOf(treeOf(statement, 'node'), columns);
  return columns.filter((name) => constant.has(name));
}

function constantsOf(node: Tree, columns: readonly string[]): ReadonlySet<string> {
  if (textOf(node, 'type') === 'SELECT_NODE') return constantsOfSelect(node, columns);
  if (textOf(node, 'type') !== 'SET_OPERATION_NODE') return new Set();
  return constantsOfSetOperation(node, columns);
}

/** A union is constant where all branches are, EXCEPT where its left side is, INTERSECT where any side is. */
function constantsOfSetOperation(node: Tree, columns: readonly string[]): ReadonlySet<string> {
  const kind = textOf(node, 'setop_type');
  const branches = branchesOf(node);
  if (kind.endsWith('BY_NAME')) return constantsByName(branches);
  const sets = branches.map((branch) => constantsOf(branch, columns));
  if (kind === 'EXCEPT') return sets[0] ?? new Set();
  const holds = (name: string) => (set: ReadonlySet<string>) => set.has(name);
  return new Set(
    columns.filter((name) => (kind === 'INTERSECT' ? sets.some(holds(name)) : sets.every(holds(name)))),
  );
}

function branchesOf(node: Tree): readonly Tree[] {
  return [node['left'], node['right'], ...treesOf(node, 'children')].filter(isTree);
}

/** Columns that are written down in one branch and not computed under their own name in another. */
function constantsByName(branches: readonly Tree[]): ReadonlySet<string> {
  const constant = new Set<string>();
  const computed = new Set<string>();
  for (const branch of branches) {
    const known = constantsOf(branch, namesOf(branch));
    for (const name of namesOf(branch)) (known.has(name) ? constant : computed).add(name);
  }
  return new Set([...constant].filter((name) => !computed.has(name)));
}

function namesOf(node: Tree): readonly string[] {
  if (textOf(node, 'type') !== 'SELECT_NODE') return branchesOf(node).flatMap(namesOf);
  return treesOf(node, 'select_list').map(
    (item) => textOf(item, 'alias') || textsOf(item, 'column_names').at(-1) || '',
  );
}

function constantsOfSelect(node: Tree, columns: readonly string[]): ReadonlySet<string> {
  const items = treesOf(node, 'select_list');
  const constant = new Set<string>();
  const aliases = new Set<string>();
  items.forEach((item, index) => {
    if (!isConstant(item, aliases)) return;
    if (textOf(item, 'alias')) aliases.add(textOf(item, 'alias').toLowerCase());
    for (const name of columnsOfItem(items, index, columns)) constant.add(name);
  });
  return constant;
}

/** The output columns of one item: stars and unnested structs stand for any number, all others for one. */
function columnsOfItem(items: readonly Tree[], index: number, columns: readonly string[]): readonly string[] {
  const expanding = items.flatMap((item, at) => (expands(item) ? [at] : []));
  const [first = items.length] = expanding;
  const last = expanding.at(-1) ?? -1;
  const extra = columns.length - items.length;
  if (index < first) return columns.slice(index, index + 1);
  if (index > last) return columns.slice(index + extra, index + extra + 1);
  if (expanding.length === 1) return columns.slice(index, index + extra + 1);
  return refuse('a constant stands between two * or unnest in its SELECT list; put it first');
}

function expands(item: Tree): boolean {
  let found = false;
  walk(item, (tree) => {
    found ||= textOf(tree, 'class') === 'STAR' || textOf(tree, 'function_name').toLowerCase() === 'unnest';
  });
  return found;
}

/** Whether an expression depends on nothing but literals, parameters, and names that are known to be constant. */
function isConstant(value: TreeValue | undefined, known: ReadonlySet<string>): boolean {
  if (Array.isArray(value)) return value.every((item) => isConstant(item, known));
  if (!isTree(value)) return true;
  const kind = textOf(value, 'class');
  const call = textOf(value, 'function_name').toLowerCase();
  if (kind === 'STAR' || kind === 'SUBQUERY' || kind === 'WINDOW') return false;
  if (kind === 'COLUMN_REF') {
    const [name = '', ...more] = textsOf(value, 'column_names');
    return more.length === 0 && known.has(name.toLowerCase());
  }
  if (kind === 'FUNCTION' && aggregateKind(call)) return false;
  const inner = LAMBDA_CALLS.has(call) ? new Set([...known, ...lambdaNames(value)]) : known;
  return Object.values(value).every((member) => isConstant(member, inner));
}

/** The parameters of the functions that a call is given: `x` in `list_transform(l, x -> x + 1)`. */
function lambdaNames(call: Tree): readonly string[] {
  const names: string[] = [];
  for (const child of treesOf(call, 'children')) {
    if (textOf(child, 'class') !== 'LAMBDA') continue;
    walk(child['lhs'], (tree) =>
      names.push(...textsOf(tree, 'column_names').map((name) => name.toLowerCase())),
    );
  }
  return names;
}
