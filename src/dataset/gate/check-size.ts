import { SCALAR_FUNCTIONS } from './allowlist.ts';
import { checkCost } from './check-patterns.ts';
import { aggregateKind } from './names.ts';
import { refuse } from './refuse.ts';
import { isTree, literalText, type Tree, type TreeValue, textOf, textsOf, treeOf, treesOf } from './tree.ts';
import { groupsIn, pathsIn, timesWritten } from './written-down.ts';

/**
 * What functions give lies outside of DuckDB's limit of memory, 2048 rows of it at once and per thread, and to make it
 * can't be stopped. So a query is refused by the characters that it could make per row: all its functions of texts and
 * lists together, were each cell of `data` CELL long.
 */
const MOST = 200_000;
const CELL = 200;
/** Characters of a number, a moment or a truth. */
const NUMBER = 16;
/** The longest parameter that a query takes. */
export const MOST_IN_PARAMETER = 10_000;

const SHORT = new Set([
  ...['numbers', 'times'].flatMap((group) => SCALAR_FUNCTIONS[group] ?? []),
  ...(SCALAR_FUNCTIONS['operators'] ?? []).filter((name) => !['||', '->', '->>'].includes(name)),
  ...`length len strlen char_length character_length bit_length octet_length contains starts_with ends_with prefix
  suffix position instr strpos regexp_matches regexp_full_match ascii unicode ord hamming mismatches jaccard md5 sha256
  chr to_base like_escape not_like_escape ilike_escape not_ilike_escape typeof array_length list_contains list_has
  array_contains array_has list_position list_indexof array_position array_indexof json_valid json_type
  json_array_length json_exists json_contains`.split(/\s+/),
]);
const CHOOSE = new Set([
  'greatest',
  'least',
  'ifnull',
  'nullif',
  'list_extract',
  'list_element',
  'array_extract',
]);
const PATHS = new Set([
  ...['->', '->>', 'json_extract', 'json_extract_path', 'json_extract_string', 'json_extract_path_text'],
]);
const TRANSFORMS = new Set([
  'list_transform',
  'list_apply',
  'array_transform',
  'list_filter',
  'array_filter',
]);
/** How many characters one character can become. */
const GROWTH: Readonly<Record<string, number>> = {
  ...{ hex: 2, to_hex: 2, bin: 8, to_binary: 8, base64: 2, to_base64: 2, strftime: 10, nfc_normalize: 3 },
  ...{ string_split: NUMBER, str_split: NUMBER, split: NUMBER, string_to_array: NUMBER },
  ...{ string_split_regex: NUMBER, str_split_regex: NUMBER, regexp_split_to_array: NUMBER },
  ...{ regexp_extract_all: NUMBER, json_keys: NUMBER },
  ...{ list_value: 2, list_pack: 2, struct_pack: 2, row: 2, list_zip: 2, array_zip: 2 },
};
/** Aggregates that keep a text or a list of all rows. */
const GATHERING = new Set(['list', 'array_agg', 'string_agg', 'group_concat', 'listagg']);

/** What is known around an expression: widths in characters of named queries, of columns, and of names in the SELECT. */
interface Scope {
  readonly relations: ReadonlyMap<string, number>;
  readonly column: number;
  readonly names: ReadonlyMap<string, number>;
}

/** Refuses a statement whose functions could make more characters per row than fit beside DuckDB's memory. */
export function checkSize(statement: Tree): void {
  let made = 0;

  function make(width: number): number {
    made += width;
    if (made > MOST) {
      refuse(
        `its functions could make more than ${MOST} characters for one row (a cell counts as ${CELL}); join fewer columns, or do it in the plugin`,
      );
    }
    return width;
  }

  function node(query: Tree, outer: Scope, isResult: boolean): number {
    const scope = withNamedQueries(query, outer);
    switch (textOf(query, 'type')) {
      case 'SELECT_NODE':
        return select(query, scope, isResult);
      case 'RECURSIVE_CTE_NODE':
        return recursion(query, scope);
      default: {
        const { left, right, children, cte_map: _, ...rest } = query;
        const branches = [left, right, ...(Array.isArray(children) ? children : [])].filter(isTree);
        const width = widestOf(branches, scope, isResult);
        visit(rest, { ...scope, column: width });
        return width;
      }
    }
  }

  /** A thread computes one branch of a union after the other. */
  function widestOf(branches: readonly Tree[], scope: Scope, isResult: boolean): number {
    const before = made;
    let most = made;
    let widest = 0;
    for (const branch of branches) {
      made = before;
      widest = Math.max(widest, node(branch, scope, isResult));
      most = Math.max(most, made);
    }
    made = most;
    return widest;
  }

  function withNamedQueries(query: Tree, outer: Scope): Scope {
    const relations = new Map(outer.relations);
    const scope = { ...outer, relations };
    for (const entry of treesOf(treeOf(query, 'cte_map'), 'map')) {
      const inner = treeOf(treeOf(treeOf(entry, 'value'), 'query'), 'node');
      relations.set(textOf(entry, 'key').toLowerCase(), node(inner, scope, false));
    }
    return scope;
  }

  /** What a recursion adds in each step may not grow with the steps. */
  function recursion(query: Tree, scope: Scope): number {
    const start = node(treeOf(query, 'left'), scope, false);
    const relations = new Map(scope.relations).set(textOf(query, 'cte_name').toLowerCase(), start);
    const step = node(treeOf(query, 'right'), { ...scope, relations }, false);
    if (step > Math.max(start, CELL)) refuse('a text or list grows in each step of its recursion');
    return Math.max(step, start);
  }

  function select(query: Tree, outer: Scope, isResult: boolean): number {
    const { select_list: _, from_table, cte_map: __, ...rest } = query;
    const column = Math.max(outer.column, isTree(from_table) ? table(from_table, outer) : 0);
    const names = new Map<string, number>();
    const scope = { ...outer, column, names };
    let widest = 0;
    for (const item of treesOf(query, 'select_list')) {
      const width = isResult && isShownGathering(item) ? gathered(item, scope) : expression(item, scope);
      const alias = textOf(item, 'alias').toLowerCase();
      if (alias) names.set(alias, Math.max(width, names.get(alias) ?? 0, column));
      widest = Math.max(widest, width);
    }
    visit(rest, scope);
    return widest;
  }

  /** An aggregate that gathers all rows, which may only be shown. */
  function gathered(item: Tree, scope: Scope): number {
    const [call = item] = isGathering(item) ? [] : treesOf(item, 'children');
    visitMembers(call, scope);
    return Number.POSITIVE_INFINITY;
  }

  function table(from: Tree, scope: Scope): number {
    const type = textOf(from, 'type');
    if (type === 'BASE_TABLE') return scope.relations.get(textOf(from, 'table_name').toLowerCase()) ?? CELL;
    if (type === 'SUBQUERY') return node(treeOf(treeOf(from, 'subquery'), 'node'), scope, false);
    if (type === 'JOIN') return join(from, scope);
    return Math.max(NUMBER, visitMembers(from, scope));
  }

  /** The right side of a join may use the columns of the left. */
  function join(from: Tree, scope: Scope): number {
    const { left: _, right: __, ...rest } = from;
    const left = table(treeOf(from, 'left'), scope);
    const inner = { ...scope, column: Math.max(scope.column, left) };
    const right = table(treeOf(from, 'right'), inner);
    const both = Math.max(left, right);
    visit(rest, { ...scope, column: Math.max(scope.column, both) });
    return both;
  }

  /** Looks at everything below, and gives the widest of it. */
  function visit(value: TreeValue | undefined, scope: Scope): number {
    if (Array.isArray(value)) return Math.max(0, ...value.map((item) => visit(item, scope)));
    if (!isTree(value)) return 0;
    return typeof value['class'] === 'string' ? expression(value, scope) : visitMembers(value, scope);
  }

  function visitMembers(tree: Tree, scope: Scope): number {
    return Math.max(0, ...Object.values(tree).map((member) => visit(member, scope)));
  }

  function expression(tree: Tree, scope: Scope): number {
    switch (textOf(tree, 'class')) {
      case 'CONSTANT':
        return literalText(tree)?.length ?? NUMBER;
      case 'PARAMETER':
        return MOST_IN_PARAMETER;
      case 'COLUMN_REF':
        return columnWidth(tree, scope);
      case 'STAR':
        visitMembers(tree, scope);
        return scope.column;
      case 'SUBQUERY':
        visit(tree['child'], scope);
        return node(treeOf(treeOf(tree, 'subquery'), 'node'), scope, false);
      case 'FUNCTION':
        return call(tree, scope);
      case 'WINDOW':
        if (GATHERING.has(textOf(tree, 'function_name').toLowerCase())) refuseGathering(tree);
        return visitMembers(tree, scope);
      case 'LAMBDA':
        // Outside of list_transform and its like, this is how DuckDB reads `json -> 'path'`.
        return make(expression(treeOf(tree, 'lhs'), scope) * Math.max(1, pathsIn([treeOf(tree, 'expr')])));
      case 'CAST':
        return cast(tree, scope);
      case 'COMPARISON':
      case 'CONJUNCTION':
      case 'BETWEEN':
        visitMembers(tree, scope);
        return NUMBER;
      default:
        return visitMembers(tree, scope);
    }
  }

  function columnWidth(tree: Tree, scope: Scope): number {
    const names = textsOf(tree, 'column_names');
    return scope.names.get((names[0] ?? '').toLowerCase()) ?? scope.column;
  }

  function cast(tree: Tree, scope: Scope): number {
    const child = treeOf(tree, 'child');
    const width = expression(child, scope);
    const to = textOf(treeOf(tree, 'cast_type'), 'id');
    if (!['VARCHAR', 'BLOB', 'LIST', 'STRUCT'].includes(to)) return NUMBER;
    const isAsItWas = ['CONSTANT', 'PARAMETER'].includes(textOf(child, 'class')) || width <= CELL;
    return isAsItWas ? width : make(width);
  }

  function call(tree: Tree, scope: Scope): number {
    const name = textOf(tree, 'function_name').toLowerCase();
    if (isGathering(tree)) refuseGathering(tree);
    if (aggregateKind(name)) return visitMembers(tree, scope);
    const children = treesOf(tree, 'children');
    if (TRANSFORMS.has(name)) return transform(children, scope);
    const widths = children.map((child) => expression(child, scope) + nameLength(child));
    checkCost(name, children, widths);
    return widthOf(name, children, widths);
  }

  function widthOf(name: string, children: readonly Tree[], widths: readonly number[]): number {
    const [first = 0, second = 0, third = 0] = widths;
    const all = widths.reduce((sum, width) => sum + width, 0);
    if (SHORT.has(name)) return NUMBER;
    if (CHOOSE.has(name) || name === 'unnest') return Math.max(NUMBER, ...widths);
    if (name === 'repeat') return make(first * timesWritten(name, children[1]));
    if (name === 'lpad' || name === 'rpad') return make(Math.max(first, timesWritten(name, children[1])));
    if (name === 'replace') return make(first * Math.max(1, third));
    if (name === 'regexp_replace') return make(first * Math.max(1, third + groupsIn(children[2], CELL)));
    if (name === 'concat_ws') return make(all + first * widths.length);
    if (PATHS.has(name)) return make(first * Math.max(1, pathsIn(children.slice(1))));
    if (name === 'strftime') return make(Math.max(first, second) * (GROWTH[name] ?? 1));
    return make(all * (GROWTH[name] ?? 1));
  }

  /** A function of each element, whose own parameters are as wide as the list. */
  function transform(children: readonly Tree[], scope: Scope): number {
    const list = children[0] ? expression(children[0], scope) : 0;
    const before = made;
    const column = Math.max(scope.column, list);
    const body = visit(children[1]?.['expr'] ?? children[1], { ...scope, column, names: new Map() });
    return make(Math.max(1, list / NUMBER) * (Math.max(body, NUMBER) + made - before));
  }

  node(treeOf(statement, 'node'), { relations: new Map(), column: 0, names: new Map() }, true);
}

function isGathering(tree: Tree): boolean {
  return textOf(tree, 'class') === 'FUNCTION' && GATHERING.has(textOf(tree, 'function_name').toLowerCase());
}

/** DuckDB reads `list(x ORDER BY x)` as list_sort(list(x), …). */
function isShownGathering(item: Tree): boolean {
  const [first, ...more] = treesOf(item, 'children');
  const isSort = ['list_sort', 'list_reverse_sort'].includes(textOf(item, 'function_name'));
  return (
    isGathering(item) ||
    (isSort &&
      first !== undefined &&
      isGathering(first) &&
      more.every((one) => literalText(one) !== undefined))
  );
}

function refuseGathering(tree: Tree): never {
  refuse(
    `${textOf(tree, 'function_name')} gathers all rows; it may only stand as a column of the outermost SELECT, as it is`,
  );
}

/** A field of a struct is written with its name. */
function nameLength(child: Tree): number {
  return textOf(child, 'alias').length;
}
