import { HarnessError } from '../../base/index.ts';
import { TABLE_FUNCTIONS } from './allowlist.ts';
import { checkIntervals } from './check-intervals.ts';
import { aggregateKind, checkBoundFunctionName, refuseFunction, windowKind } from './names.ts';
import { refuse } from './refuse.ts';
import { isTree, type Tree, type TreeValue, textOf, treesOf, walk } from './tree.ts';

const OPERATORS = new Set(
  `PROJECTION FILTER AGGREGATE_AND_GROUP_BY WINDOW UNNEST LIMIT ORDER_BY TOP_N DISTINCT GET DELIM_GET EXPRESSION_GET
  DUMMY_SCAN EMPTY_RESULT CTE_REF MATERIALIZED_CTE RECURSIVE_CTE COMPARISON_JOIN ANY_JOIN CROSS_PRODUCT DELIM_JOIN
  DEPENDENT_JOIN UNION EXCEPT INTERSECT`.split(/\s+/),
);
/** `seq_scan` reads `data` where it is held in memory: no other table has a name that a query may use. */
const SCANS = new Set(['read_parquet', 'parquet_scan', 'seq_scan', ...TABLE_FUNCTIONS]);
/** Errors of DuckDB that say what is wrong with the SQL. */
const MISTAKES = new Set(['binder', 'catalog', 'conversion']);
const FLOATING = new Set(['DOUBLE', 'FLOAT']);
const EXACT = new Set(
  'TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT DECIMAL BOOLEAN'.split(
    ' ',
  ),
);

/**
 * Refuses a statement whose bound plan, where all types and functions are known, holds an operator, function or
 * aggregate that is not allowed, or an aggregate over a type for which its result is not exact.
 */
export function checkPlan(answer: Tree): void {
  if (answer['error'] !== false) {
    const [line = ''] = textOf(answer, 'error_message').split('\n');
    if (MISTAKES.has(textOf(answer, 'error_type'))) {
      throw new HarnessError('SH_QUERY_FAILED', { reason: line });
    }
    refuse(`its plan can not be checked (${line})`);
  }
  walk(answer['plans'], checkTree);
}

function checkTree(tree: Tree): void {
  const type = textOf(tree, 'type');
  if (type.startsWith('LOGICAL_')) checkOperator(tree, type.slice('LOGICAL_'.length));
  switch (textOf(tree, 'expression_class')) {
    case 'BOUND_FUNCTION':
      checkBoundFunctionName(textOf(tree, 'name').toLowerCase());
      break;
    case 'BOUND_AGGREGATE':
      checkAggregate(tree, textOf(tree, 'name').toLowerCase(), false);
      break;
    case 'BOUND_WINDOW':
      checkWindow(tree, type);
      break;
  }
  checkIntervals(tree);
}

function checkOperator(tree: Tree, name: string): void {
  if (!OPERATORS.has(name)) refuse(`its plan holds ${name}, which may not be used`);
  if (name !== 'GET') return;
  const scan = textOf(tree, 'name');
  if (!SCANS.has(scan)) refuseFunction(scan);
}

function checkWindow(window: Tree, type: string): void {
  const name = type.replace(/^WINDOW_/, '').toLowerCase();
  if (type === 'WINDOW_AGGREGATE') checkAggregate(window, textOf(window, 'name').toLowerCase(), true);
  else if (!windowKind(name)) refuseFunction(name);
}

function checkAggregate(aggregate: Tree, name: string, isWindow: boolean): void {
  const types = treesOf(aggregate, 'arguments').map((type) => textOf(type, 'id'));
  switch (aggregateKind(name)) {
    case 'summing':
      checkSum(aggregate, name, types, isWindow);
      break;
    case 'spread':
      checkSpread(aggregate, name, isWindow);
      break;
    case 'order_free':
      checkQuantile(name, types);
      break;
    case 'ordered':
      break;
    default:
      refuseFunction(name);
  }
}

function checkSum(aggregate: Tree, name: string, types: readonly string[], isWindow: boolean): void {
  if (types.some((type) => FLOATING.has(type))) checkOrdered(aggregate, name, isWindow);
  else if (!types.every((type) => EXACT.has(type))) {
    refuse(`${name} over ${types.join(', ')} may not be used; take ${name} of epoch_us(…)`);
  }
}

function checkSpread(aggregate: Tree, name: string, isWindow: boolean): void {
  const children = treesOf(aggregate, 'children');
  if (children.some((child) => !FLOATING.has(typeBeforeCast(child)))) {
    refuse(
      `${name} over integers or DECIMAL goes through DOUBLE and loses digits; use ctx.exact({kind: 'moments', …})`,
    );
  }
  checkOrdered(aggregate, name, isWindow);
}

/** The type of an expression, below a cast if it is one. */
function typeBeforeCast(expression: Tree): string {
  const child = expression['child'];
  const inner = textOf(expression, 'expression_class') === 'BOUND_CAST' && isTree(child) ? child : expression;
  return idOf(inner['return_type']) || constantType(inner);
}

function constantType(expression: Tree): string {
  const value = expression['value'];
  return isTree(value) ? idOf(value['type']) : '';
}

function idOf(type: TreeValue | undefined): string {
  return isTree(type) ? textOf(type, 'id') : '';
}

/** An aggregate over DOUBLE has to add in the order of the rows. */
function checkOrdered(aggregate: Tree, name: string, isWindow: boolean): void {
  const orders = isTree(aggregate['order_bys']) ? treesOf(aggregate['order_bys'], 'orders') : [];
  if (!isWindow && orders.length > 0 && textOf(aggregate, 'aggregate_type') !== 'DISTINCT') return;
  const instead = `use ctx.exact, or ${name}(… ORDER BY _sh_part, _sh_row_number) as an aggregate`;
  refuse(`${name} over DOUBLE depends on the order of adding: ${instead}`);
}

function checkQuantile(name: string, types: readonly string[]): void {
  if ((name !== 'median' && name !== 'quantile_cont') || !types.includes('DECIMAL')) return;
  refuse(`${name} over DECIMAL is rounded to the column's scale; use quantile_disc, or order statistics`);
}
