import { TABLE_FUNCTIONS } from './allowlist.ts';
import { checkRelations } from './check-relations.ts';
import { aggregateKind, checkFunctionName, refuseFunction, windowKind } from './names.ts';
import { refuse } from './refuse.ts';
import { isTree, type Tree, type TreeValue, textOf, textsOf, treeOf, treesOf, walk } from './tree.ts';

/** Names of relations that a part of a query sees: its own common table expressions. */
type Scope = ReadonlySet<string>;

const NODES = new Set(['SELECT_NODE', 'SET_OPERATION_NODE', 'RECURSIVE_CTE_NODE']);
const MODIFIERS = new Set(['ORDER_MODIFIER', 'LIMIT_MODIFIER', 'DISTINCT_MODIFIER']);
const TABLES = new Set(['BASE_TABLE', 'SUBQUERY', 'JOIN', 'TABLE_FUNCTION', 'EMPTY', 'EXPRESSION_LIST']);
const JOINS = new Set(['REGULAR', 'NATURAL', 'CROSS', 'DEPENDENT']);
const EXPRESSIONS = new Set(
  'CONSTANT COLUMN_REF FUNCTION OPERATOR COMPARISON CONJUNCTION CASE CAST BETWEEN SUBQUERY WINDOW STAR LAMBDA PARAMETER'.split(
    ' ',
  ),
);
const TYPES = new Set(
  `BOOLEAN TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT DECIMAL FLOAT DOUBLE
  DATE TIME TIMESTAMP TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS TIMESTAMP_SEC INTERVAL VARCHAR BLOB LIST STRUCT NULL`
    .split(/\s+/)
    .concat('TIMESTAMP WITH TIME ZONE', 'TIMESTAMPTZ'),
);
const TYPE_DETAILS = new Set(['DECIMAL_TYPE_INFO', 'LIST_TYPE_INFO', 'STRUCT_TYPE_INFO']);

/**
 * Refuses a statement whose syntax tree holds anything but allowed nodes over the relation `data`, its own common
 * table expressions, range, generate_series, unnest and VALUES. Nothing in the tree is skipped: a kind of node that
 * is not known here is refused.
 */
export function checkSyntax(statement: Tree, parameterCount: number): void {
  checkNode(treeOf(statement, 'node'), new Set());
  checkParameters(statement, parameterCount);
  checkRelations(statement);
}

function check(value: TreeValue | undefined, scope: Scope): void {
  if (Array.isArray(value)) for (const item of value) check(item, scope);
  else if (isTree(value)) checkTree(value, scope);
}

function checkTree(tree: Tree, scope: Scope): void {
  const type = textOf(tree, 'type');
  if (typeof tree['class'] === 'string') checkExpression(tree, scope);
  else if (type.endsWith('_NODE')) checkNode(tree, scope);
  else if ('sample' in tree) checkTable(tree, scope);
  else if (type.endsWith('_MODIFIER')) checkModifier(tree, scope);
  else checkMembers(tree, scope);
}

function checkMembers(tree: Tree, scope: Scope): void {
  for (const member of Object.values(tree)) check(member, scope);
}

function checkNode(node: Tree, outer: Scope): void {
  const type = textOf(node, 'type');
  if (!NODES.has(type)) refuse(`a query of kind ${kindOf(type)} may not be asked`);
  if (node['sample']) refuse('SAMPLE draws rows at random; ask for all rows, or sample with the run');
  if (treesOf(node, 'key_targets').length > 0) refuse('USING KEY may not be used');
  const scope = checkCommonTables(node, outer);
  const { cte_map: _, ...rest } = node;
  if (type === 'RECURSIVE_CTE_NODE') checkMembers(rest, withName(scope, textOf(node, 'cte_name')));
  else checkMembers(rest, scope);
}

/** Checks each common table expression with those before it in scope, and gives the scope after all of them. */
function checkCommonTables(node: Tree, outer: Scope): Scope {
  let scope = outer;
  for (const entry of treesOf(treeOf(node, 'cte_map'), 'map')) {
    const name = textOf(entry, 'key').toLowerCase();
    if (name === 'data') refuse('a common table expression may not be called data');
    const value = treeOf(entry, 'value');
    if (treesOf(value, 'key_targets').length > 0) refuse('USING KEY may not be used');
    check(treeOf(value, 'query'), scope);
    scope = withName(scope, name);
  }
  return scope;
}

function withName(scope: Scope, name: string): Scope {
  return new Set([...scope, name.toLowerCase()]);
}

function checkModifier(modifier: Tree, scope: Scope): void {
  const type = textOf(modifier, 'type');
  if (type === 'LIMIT_PERCENT_MODIFIER')
    refuse('LIMIT with a percentage may not be used; give a number of rows');
  if (!MODIFIERS.has(type)) refuse(`the clause ${kindOf(type)} may not be used`);
  if (treesOf(modifier, 'distinct_on_targets').length > 0) {
    refuse(
      'DISTINCT ON takes any row of a group; use arg_min or first with ORDER BY _sh_part, _sh_row_number',
    );
  }
  checkMembers(modifier, scope);
}

function checkTable(table: Tree, scope: Scope): void {
  const type = textOf(table, 'type');
  if (!TABLES.has(type)) refuse(`${tableReason(type)} may not be used; ask for columns of data`);
  if (table['sample']) refuse('TABLESAMPLE draws rows at random; ask for all rows, or sample with the run');
  if (type === 'BASE_TABLE') checkBaseTable(table, scope);
  if (type === 'JOIN' && !JOINS.has(textOf(table, 'ref_type'))) {
    refuse(
      `${kindOf(textOf(table, 'ref_type'))} JOIN depends on the order of rows; use a join with a condition`,
    );
  }
  if (type === 'TABLE_FUNCTION') checkTableFunction(table, scope);
  else checkMembers(table, scope);
}

function tableReason(type: string): string {
  if (type === 'SHOW_REF') return 'DESCRIBE, SHOW and SUMMARIZE';
  if (type === 'PIVOT') return 'PIVOT and UNPIVOT';
  return kindOf(type);
}

function checkBaseTable(table: Tree, scope: Scope): void {
  const name = textOf(table, 'table_name');
  if (textOf(table, 'schema_name') || textOf(table, 'catalog_name')) {
    refuse(`the relation ${name} is qualified with a schema or catalog; write just data`);
  }
  if (table['at_clause']) refuse('AT (…) may not be used');
  const key = name.toLowerCase();
  if (key !== 'data' && !scope.has(key)) {
    refuse(`the relation ${name} may not be read; only data and the query's own common table expressions`);
  }
}

function checkTableFunction(table: Tree, scope: Scope): void {
  const call = treeOf(table, 'function');
  const name = textOf(call, 'function_name').toLowerCase();
  if (textOf(call, 'class') !== 'FUNCTION' || !TABLE_FUNCTIONS.includes(name)) refuseFunction(name);
  if (textOf(table, 'with_ordinality') === 'WITH_ORDINALITY') refuse('WITH ORDINALITY may not be used');
  checkArguments(call, name, scope);
}

function checkExpression(expression: Tree, scope: Scope): void {
  const kind = textOf(expression, 'class');
  if (!EXPRESSIONS.has(kind)) refuse(expressionReason(kind));
  switch (kind) {
    case 'FUNCTION':
      checkFunction(expression, scope);
      break;
    case 'CAST':
      checkCast(expression, scope);
      break;
    case 'CONSTANT':
      checkType(treeOf(treeOf(expression, 'value'), 'type'));
      break;
    case 'PARAMETER':
      refuse(`the parameter $${textOf(expression, 'identifier')} needs a type: CAST($1 AS BIGINT)`);
      break;
    default:
      checkForm(expression, kind);
      checkMembers(expression, scope);
  }
}

function checkForm(expression: Tree, kind: string): void {
  if (kind === 'WINDOW') checkWindow(expression);
  if (kind === 'STAR' && expression['columns'] === true && expression['expr']) {
    refuse('COLUMNS(…) may not be used; name the columns');
  }
  if (textOf(expression, 'type') === 'OPERATOR_TRY') refuse('TRY may not be used; use TRY_CAST');
}

function expressionReason(kind: string): string {
  if (kind === 'COLLATE') return 'COLLATE makes different texts equal; use lower(…) and compare';
  if (kind === 'POSITIONAL_REFERENCE') return 'a column by its position (#1) may not be used; name it';
  return `the expression ${kindOf(kind)} may not be used`;
}

function checkFunction(call: Tree, scope: Scope): void {
  const name = textOf(call, 'function_name').toLowerCase();
  checkFunctionName(name);
  checkArguments(call, name, scope);
}

function checkArguments(call: Tree, name: string, scope: Scope): void {
  checkQualification(call, name);
  if (call['export_state'] === true) refuse('EXPORT_STATE may not be used');
  if (name === 'age' && treesOf(call, 'children').length < 2) {
    refuse('age with one argument reads the clock; give both ends');
  }
  checkMembers(call, scope);
}

function checkQualification(call: Tree, name: string): void {
  const schema = textOf(call, 'schema');
  // DuckDB's parser writes main before the functions that it makes out of operators: EXTRACT, LIKE … ESCAPE, [1, 2].
  const byParser = schema === 'main' && !aggregateKind(name);
  if (textOf(call, 'catalog') || (schema && !byParser)) {
    refuse(`the function ${name} is qualified with a schema or catalog; write just its name`);
  }
}

function checkWindow(window: Tree): void {
  const name = textOf(window, 'function_name').toLowerCase();
  checkQualification(window, name);
  if (!windowKind(name) && !aggregateKind(name)) refuseFunction(name);
  if (treesOf(window, 'arg_orders').length > 0) {
    refuse(`ORDER BY inside ${name}(…) OVER may not be used; order the window instead`);
  }
}

function checkCast(cast: Tree, scope: Scope): void {
  checkType(treeOf(cast, 'cast_type'));
  const child = treeOf(cast, 'child');
  if (textOf(child, 'class') !== 'PARAMETER') check(child, scope);
}

function checkType(type: Tree): void {
  const details = type['type_info'];
  if (!TYPES.has(textOf(type, 'id'))) refuse(`the type ${nameOfType(type)} may not be used`);
  if (!isTree(details)) return;
  if (!TYPE_DETAILS.has(textOf(details, 'type'))) refuse(`the type ${nameOfType(type)} may not be used`);
  if (textOf(details, 'alias')) refuse(`the type ${textOf(details, 'alias')} may not be used`);
  walk(details, (inner) => {
    if (typeof inner['id'] === 'string') checkType(inner);
  });
}

function nameOfType(type: Tree): string {
  const details = type['type_info'];
  return (isTree(details) && (textOf(details, 'name') || textOf(details, 'alias'))) || textOf(type, 'id');
}

/** Parameters are $1 … $n, each used, and as many as were given. */
function checkParameters(statement: Tree, given: number): void {
  const used = new Set<string>();
  walk(statement, (tree) => {
    if (textOf(tree, 'class') === 'PARAMETER') used.add(textOf(tree, 'identifier'));
  });
  for (let ordinal = 1; ordinal <= given; ordinal++) {
    if (!used.has(String(ordinal))) refuse(`parameter $${ordinal} was given but is not used`);
    used.delete(String(ordinal));
  }
  for (const name of used) refuse(`the query uses the parameter $${name}, which was not given`);
}

/** `FOO_BAR` as words for a message. */
function kindOf(type: string): string {
  return type.replace(/_(NODE|MODIFIER)$/, '').replaceAll('_', ' ');
}

/** All names that a statement's column references use, in lower case; with a star, `*` is among them. */
export function namesUsed(value: TreeValue): Set<string> {
  const names = new Set<string>();
  walk(value, (tree) => {
    if (textOf(tree, 'class') === 'STAR') names.add('*');
    if (textOf(tree, 'class') !== 'COLUMN_REF') return;
    for (const name of textsOf(tree, 'column_names')) names.add(name.toLowerCase());
  });
  return names;
}
