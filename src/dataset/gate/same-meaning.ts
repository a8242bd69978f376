import { selectStar } from './rewrite.ts';
import { isTree, meaningOf, type Tree, type TreeValue, textOf, textsOf, treeOf } from './tree.ts';

const VALUES_ALIAS = 'valueslist';
/** Whether the rows of a named query are kept aside: no part of what is meant, and lost where DuckDB reads a text. */
const HOW_RUN = 'materialized';

/**
 * Whether two trees are the same. A VALUES list is the same with and without the SELECT * that DuckDB prints for it.
 */
export function meansTheSame(one: TreeValue | undefined, other: TreeValue | undefined): boolean {
  if (Array.isArray(one)) {
    return (
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => meansTheSame(item, other[index]))
    );
  }
  if (!isTree(one) || !isTree(other)) return one === other;
  return sameMembers(unwrapped(one), unwrapped(other));
}

function sameMembers(one: Tree, other: Tree): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every(
      (name) => Object.hasOwn(other, name) && (name === HOW_RUN || meansTheSame(one[name], other[name])),
    )
  );
}

function unwrapped(table: Tree): Tree {
  const list = wrappedValues(table);
  return list ? { ...list, alias: textOf(table, 'alias') } : table;
}

/** The VALUES list in `(SELECT * FROM (VALUES …) AS valueslist) AS valueslist`. */
function wrappedValues(table: Tree): Tree | undefined {
  if (
    textOf(table, 'type') !== 'SUBQUERY' ||
    textOf(table, 'alias') !== VALUES_ALIAS ||
    !isTree(table['subquery'])
  ) {
    return undefined;
  }
  if (textsOf(table, 'column_name_alias').length > 0) return undefined;
  const node = treeOf(table['subquery'], 'node');
  const list = isTree(node['from_table']) ? unwrapped(node['from_table']) : undefined;
  if (list === undefined || textOf(list, 'type') !== 'EXPRESSION_LIST') return undefined;
  const plain = meaningOf({ ...node, from_table: null }) === meaningOf({ ...selectStar(), from_table: null });
  return plain ? list : undefined;
}
