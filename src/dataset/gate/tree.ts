import { canonicalJson, HarnessError } from '../../base/index.ts';
import type { Cell } from '../../contract/index.ts';
import type { Session } from '../session.ts';
import { refuse } from './refuse.ts';

/** A node of DuckDB's syntax tree, as `json_serialize_sql` writes it. */
export interface Tree {
  [member: string]: TreeValue | undefined;
}
export type TreeValue = string | number | boolean | null | TreeValue[] | Tree;

const SYNTAX = 'CAST(json_serialize_sql(CAST($1 AS VARCHAR)) AS VARCHAR)';
const PLAN = 'CAST(json_serialize_plan(CAST($1 AS VARCHAR)) AS VARCHAR)';
/** How DuckDB writes numbers that JSON has no form for. */
const OUT_OF_RANGE = /:-?(?:inf|nan)/i;
/** Places in the source: they mean nothing, and some are beyond what a double carries. */
const LOCATION = /"query_location":\d+/g;
const TEXT = /"(?:[^"\\]|\\.)*"/g;
const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
/** Stands in every JSON text with a number that a double or its text may not carry, and in some others. */
const DOUBTFUL_NUMBER = /\d{16}|\d[.eE]|-0/;

/**
 * Parses DuckDB's JSON of a syntax tree with all places in the source 0, and without losing digits: a number that a
 * double or its text does not carry becomes `{"$number": "<its text>"}`. No tree of DuckDB has a member of that name.
 */
export function parseTree(json: string): TreeValue {
  const placed = json.replace(LOCATION, '"query_location":0');
  return JSON.parse(DOUBTFUL_NUMBER.test(placed) ? withMarkedNumbers(placed) : placed);
}

function withMarkedNumbers(json: string): string {
  return json.replace(TEXT_OR_NUMBER, (token) =>
    token.startsWith('"') || isPlain(token) ? token : `{"$number":"${token}"}`,
  );
}

/** The JSON text of a tree, its numbers as they came. */
export function printTree(tree: TreeValue): string {
  return JSON.stringify(tree).replace(/\{"\$number":"([^"\\]+)"\}/g, '$1');
}

function isPlain(token: string): boolean {
  const value = Number(token);
  return Number.isSafeInteger(value) && String(value) === token;
}

export function isTree(value: TreeValue | undefined): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member that has to be a node. */
export function treeOf(tree: Tree, member: string): Tree {
  const value = tree[member];
  if (!isTree(value)) throw new Error(`syntax tree without ${member}`);
  return value;
}

/** The nodes in a list member; none when it is absent. */
export function treesOf(tree: Tree, member: string): Tree[] {
  const value = tree[member];
  return Array.isArray(value) ? value.filter(isTree) : [];
}

/** The texts in a list member. */
export function textsOf(tree: Tree, member: string): string[] {
  const value = tree[member];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A text member, or the empty text. */
export function textOf(tree: Tree, member: string): string {
  const value = tree[member];
  return typeof value === 'string' ? value : '';
}

/** The text of a literal: of a text itself, of a number its digits; undefined for NULL and for all else. */
export function literalText(tree: Tree): string | undefined {
  const value = tree['value'];
  if (textOf(tree, 'class') !== 'CONSTANT' || !isTree(value)) return undefined;
  const inner = value['value'];
  return typeof inner === 'string' || typeof inner === 'number' ? String(inner) : undefined;
}

/** The tree as one text: equal texts, equal meaning. */
export function meaningOf(tree: TreeValue): string {
  return canonicalJson(tree);
}

/** Calls `visit` for a node and for every node below it. */
export function walk(value: TreeValue | undefined, visit: (tree: Tree) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit);
  else if (isTree(value)) {
    visit(value);
    for (const member of Object.values(value)) walk(member, visit);
  }
}

/** The statement of a text that holds exactly one SELECT; everything else is refused. */
export async function parseSelect(session: Session, sql: string): Promise<Tree> {
  const [json] = await session.row(`SELECT ${SYNTAX}`, [sql]);
  return statementIn(json);
}

/** The statement of a text, and DuckDB's answer to the question for its bound plan. */
export async function parseSelectAndPlan(
  session: Session,
  sql: string,
): Promise<{ readonly statement: Tree; readonly plan: Tree }> {
  const [syntax, plan] = await session.row(`SELECT ${SYNTAX}, ${PLAN}`, [sql]);
  return { statement: statementIn(syntax), plan: planIn(plan) };
}

/** DuckDB's answer to the question for the bound plan of a statement: `{error: false, plans}`, or what is wrong. */
export async function planOf(session: Session, sql: string): Promise<Tree> {
  const [plan] = await session.row(`SELECT ${PLAN}`, [sql]);
  return planIn(plan);
}

function statementIn(json: Cell | undefined): Tree {
  if (typeof json !== 'string') throw new Error('json_serialize_sql gave nothing');
  if (OUT_OF_RANGE.test(json) && OUT_OF_RANGE.test(json.replace(TEXT, '""'))) {
    refuse('a number literal is beyond the range of DOUBLE');
  }
  const answer = parseTree(json);
  if (!isTree(answer)) throw new Error('json_serialize_sql gave no object');
  if (answer['error'] !== false) refuseUnparsed(answer);
  const statements = treesOf(answer, 'statements');
  const [statement] = statements;
  if (!statement) refuse('it holds no statement');
  if (statements.length > 1) refuse(`it holds ${statements.length} statements; send one SELECT at a time`);
  return statement;
}

/** Of a plan only names, kinds and types are read, so that its numbers may lose digits. */
function planIn(json: Cell | undefined): Tree {
  const answer: TreeValue = typeof json === 'string' ? JSON.parse(json) : null;
  if (!isTree(answer)) throw new Error('json_serialize_plan gave no object');
  return answer;
}

function refuseUnparsed(answer: Tree): never {
  const message = textOf(answer, 'error_message');
  if (textOf(answer, 'error_type') !== 'not implemented') {
    throw new HarnessError('SH_QUERY_FAILED', { reason: `it is not valid SQL: ${firstLine(message)}` });
  }
  refuse(`only one SELECT statement may be asked (${firstLine(message)})`);
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').trim().replace(/[.!]$/, '');
}

/** The SQL text of a statement's tree. */
export async function printSelect(session: Session, statement: Tree): Promise<string> {
  const json = printTree({ error: false, statements: [statement] });
  const [sql] = await session.row('SELECT CAST(json_deserialize_sql(CAST($1 AS JSON)) AS VARCHAR)', [json]);
  if (typeof sql !== 'string') throw new Error('json_deserialize_sql gave nothing');
  return sql;
}
