import { showsEqualRowsAlike } from './equal-rows.ts';
import { aggregateKind, windowKind } from './names.ts';
import { refuse } from './refuse.ts';
import {
  bare,
  groupKeys,
  isGrouped,
  type Known,
  knownWithin,
  multipliesRows,
  namesAlias,
  type Relation,
  refersTo,
  relationsOf,
} from './row-identity.ts';
import { isTree, type Tree, type TreeValue, textOf, treeOf, treesOf } from './tree.ts';

const SORTS = new Set(['list_sort', 'array_sort', 'list_reverse_sort', 'array_reverse_sort']);
const LISTS = new Set(['list', 'array_agg']);

/** A SELECT with what is known about the rows it draws from. */
interface Place {
  readonly node: Tree;
  readonly relations: readonly Relation[];
}

/**
 * Refuses windows and ordered aggregates whose value would depend on how rows that compare equal happen to lie:
 * their ORDER BY has to hold the row identity of everything the SELECT joins, or all keys of its groups, or the SELECT
 * has to show no difference between such rows.
 */
export function checkOrder(statement: Tree, dataColumns: ReadonlySet<string>): void {
  checkNode(treeOf(statement, 'node'), new Map(), dataColumns);
}

function checkNode(node: Tree, outer: Known, dataColumns: ReadonlySet<string>): void {
  const known = knownWithin(node, outer, dataColumns);
  const from = node['from_table'];
  const relations = isTree(from) ? relationsOf(from, known, dataColumns) : [];
  const place: Place = { node, relations };
  const sorted = new Set<Tree>();
  const visit = (value: TreeValue | undefined): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    else if (isTree(value)) {
      if (textOf(value, 'type').endsWith('_NODE')) {
        checkNode(value, known, dataColumns);
        return;
      }
      if (value['class'] === 'WINDOW') checkWindow(value, place);
      if (value['class'] === 'FUNCTION' && !sorted.has(value)) checkAggregate(value, place);
      for (const list of sortedLists(value)) sorted.add(list);
      for (const member of Object.values(value)) visit(member);
    }
  };
  for (const member of Object.values(node)) visit(member);
}

/** The list whose order a sort makes of no matter: DuckDB reads `list(x ORDER BY x)` as `list_sort(list(x))`. */
function sortedLists(call: Tree): readonly Tree[] {
  if (!SORTS.has(textOf(call, 'function_name').toLowerCase())) return [];
  const [list] = treesOf(call, 'children');
  return list && LISTS.has(textOf(list, 'function_name').toLowerCase()) ? [list] : [];
}

function checkWindow(window: Tree, place: Place): void {
  const name = textOf(window, 'function_name').toLowerCase();
  const byRow = windowKind(name) === 'by_row' || aggregateKind(name) === 'ordered';
  if (!byRow && !(hasRowFrame(window) && !windowKind(name))) return;
  const order = [...treesOf(window, 'partitions'), ...expressionsOf(window, 'orders')];
  const total =
    !multipliesRows(place.node) &&
    (isGrouped(place.node)
      ? coversGroups(order, place)
      : coversRows(order, place) || showsEqualRowsAlike(window, place.node));
  if (total) return;
  const what = byRow ? `${name}(…) OVER` : `${name}(…) OVER with ROWS`;
  refuse(`${what} needs a total order: ORDER BY …, ${keyHint(place)} (of every relation it joins)`);
}

function hasRowFrame(window: Tree): boolean {
  return ['start', 'end'].some((member) => textOf(window, member).endsWith('_ROWS'));
}

function checkAggregate(call: Tree, place: Place): void {
  const name = textOf(call, 'function_name').toLowerCase();
  const kind = aggregateKind(name);
  if (!kind || kind === 'order_free') return;
  const order = isTree(call['order_bys']) ? expressionsOf(call['order_bys'], 'orders') : [];
  if (order.length === 0 && kind !== 'ordered') return;
  if (order.length > 0 && (coversRows(order, place) || coversArguments(call, order))) return;
  refuse(`${name} needs a total order inside: ${name}(… ORDER BY …, _sh_part, _sh_row_number)`);
}

function expressionsOf(tree: Tree, member: string): readonly Tree[] {
  return treesOf(tree, member).map((order) => treeOf(order, 'expression'));
}

function keyHint(place: Place): string {
  return isGrouped(place.node) ? 'all columns of GROUP BY' : '_sh_part, _sh_row_number';
}

/** Whether an order tells apart all rows below a SELECT: it holds the key of each relation. */
function coversRows(order: readonly Tree[], { node, relations }: Place): boolean {
  return relations.every((relation) =>
    relation.key?.every(
      (column) =>
        !isRenamed(column, node) &&
        order.some((expression) => refersTo(expression, column, relation, relations)),
    ),
  );
}

/** Whether a SELECT gives another expression the name of a key column. */
function isRenamed(column: string, node: Tree): boolean {
  return treesOf(node, 'select_list').some((item) => textOf(item, 'alias').toLowerCase() === column);
}

function coversGroups(order: readonly Tree[], { node, relations }: Place): boolean {
  return (
    groupKeys(node, relations)?.every((key) =>
      order.some(
        (expression) =>
          key.forms.some((form) => bare(form) === bare(expression)) ||
          key.items.some((item) => namesAlias(expression, item, relations)),
      ),
    ) ?? false
  );
}

/** Whether rows that an order leaves equal have the same arguments, so that their places don't matter. */
function coversArguments(call: Tree, order: readonly Tree[]): boolean {
  const ordered = new Set(order.map(bare));
  return treesOf(call, 'children').every(
    (argument) => textOf(argument, 'class') === 'CONSTANT' || ordered.has(bare(argument)),
  );
}
