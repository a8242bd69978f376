import { aggregateKind, windowKind } from './names.ts';
import { bare } from './row-identity.ts';
import { isTree, type Tree, type TreeValue, textOf, treeOf, treesOf } from './tree.ts';

/**
 * Whether rows that the order of a `lead` or `lag` leaves equal are equal in all else that their SELECT shows: then it is of no matter
 * which of them comes first. It may show the keys of the window, what is computed from them, and windows with no other keys
 * that treat equal rows alike; this one is the only one whose value depends on places.
 */
export function showsEqualRowsAlike(window: Tree, node: Tree): boolean {
  if (!['lead', 'lag'].includes(textOf(window, 'function_name').toLowerCase())) return false;
  if (treesOf(node, 'modifiers').length > 0 || isTree(node['qualify'])) return false;
  const keys = new Set(keysOf(window).map(bare));
  const isAlike = (value: TreeValue | undefined): boolean => {
    if (Array.isArray(value)) return value.every(isAlike);
    if (!isTree(value)) return true;
    if (keys.has(bare(value))) return true;
    if (value === window) return Object.values(value).every(isAlike);
    const kind = textOf(value, 'class');
    if (kind === 'WINDOW') return keysOf(value).every((key) => keys.has(bare(key))) && isAlikeWindow(value);
    return !NEVER.has(kind) && Object.values(value).every(isAlike);
  };
  const isAlikeWindow = (value: Tree): boolean =>
    !isByRow(textOf(value, 'function_name').toLowerCase()) &&
    textOf(value, 'exclude_clause') === 'NO_OTHER' &&
    ['start', 'end'].every((member) => !textOf(value, member).endsWith('_ROWS')) &&
    ['start_expr', 'end_expr'].every((member) => isAlike(value[member]));
  return treesOf(node, 'select_list').every(isAlike);
}

/** Other columns, stars and what lies in subqueries may differ between rows that the order leaves equal. */
const NEVER = new Set(['COLUMN_REF', 'STAR', 'SUBQUERY', 'LAMBDA', 'LAMBDA_REF']);

function isByRow(name: string): boolean {
  return windowKind(name) === 'by_row' || aggregateKind(name) === 'ordered';
}

function keysOf(window: Tree): Tree[] {
  return [
    ...treesOf(window, 'partitions'),
    ...treesOf(window, 'orders').map((order) => treeOf(order, 'expression')),
  ];
}
