import { refuse } from './refuse.ts';
import { isTree, type Tree, type TreeValue, textOf, treesOf, walk } from './tree.ts';

/** Members of a bound plan's nodes that hold expressions by whose values rows are compared. */
const KEYS = ['orders', 'groups', 'partitions', 'distinct_targets', 'duplicate_eliminated_columns'];
const SET_OPERATORS = new Set(['LOGICAL_EXCEPT', 'LOGICAL_INTERSECT', 'LOGICAL_RECURSIVE_CTE']);

/**
 * Refuses a node of a bound plan that aggregates intervals or compares rows by them. One month and 30 days compare
 * equal and are not the same, so which of the two is left depends on the threads.
 */
export function checkIntervals(node: Tree): void {
  for (const member of KEYS)
    for (const key of treesOf(node, member)) refuseInterval(keyType(key), 'as a key');
  const kind = textOf(node, 'expression_class');
  if (kind === 'BOUND_AGGREGATE' || kind === 'BOUND_WINDOW') {
    const children = treesOf(node, 'children').map(keyType);
    for (const used of [node['arguments'], ...children]) refuseInterval(used, 'in an aggregate or window');
  }
  const type = textOf(node, 'type');
  if (type === 'LOGICAL_DELIM_GET')
    refuseInterval(node['chunk_types'], 'in a subquery that uses it from outside');
  if (SET_OPERATORS.has(type)) for (const child of treesOf(node, 'children')) checkOutput(child);
}

/** The type of a key: an expression, or one in an item of ORDER BY. */
function keyType(key: Tree): TreeValue | undefined {
  const expression = isTree(key['expression']) ? key['expression'] : key;
  return expression['return_type'];
}

/** The types of what a branch of a set operation gives: those of its topmost expressions. */
function checkOutput(branch: Tree): void {
  const expressions = treesOf(branch, 'expressions');
  if (textOf(branch, 'type') === 'LOGICAL_PROJECTION') {
    for (const expression of expressions)
      refuseInterval(keyType(expression), 'in EXCEPT, INTERSECT or UNION');
  } else for (const child of treesOf(branch, 'children')) checkOutput(child);
}

function refuseInterval(types: TreeValue | undefined, where: string): void {
  walk(types, (type) => {
    if (textOf(type, 'id') !== 'INTERVAL') return;
    refuse(
      `an INTERVAL ${where} is not certain, since 1 month and 30 days compare equal; use epoch_us(…) differences`,
    );
  });
}
