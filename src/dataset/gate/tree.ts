import { canonicalJson, HarnessError } from '../../base/index.ts';
import type { Session } from '../session.ts';
import { refuse } from './refuse.ts';

/** A node of DuckDB's syntax tree, as `json_serialize_sql` writes it. */
export interface Tree {
  [member: string]: TreeValue | undefined;
}
export type TreeValue = string | number | boolean | null | TreeValue[] | Tree;

/**
 * Parses JSON without losing digits: a number that a double or its text does not carry becomes
 * `{"$number": "<its text>"}`. No tree of DuckDB has a member of that name.
 */
export function parseTree(json: string): TreeValue {
  const marked = json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
    token.startsWith('"') || isPlain(token) ? token : `{"$number":"${token}"}`,
  );
  return JSON.parse(marked);
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

/** The tree as one text with the places in the source left out: equal texts, equal meaning. */
export function meaningOf(tree: TreeValue): string {
  return canonicalJson(withoutLocations(tree));
}

/** A copy whose places in the source are 0. */
export function withoutLocations(tree: TreeValue): TreeValue {
  return JSON.parse(JSON.stringify(tree, (key, value) => (key === 'query_location' ? 0 : value)));
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
  const json = await callOnText(session, 'json_serialize_sql', sql);
  if (/:-?(inf|nan)/i.test(json.replace(/"(?:[^"\\]|\\.)*"/g, '""'))) {
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
  const json = printTree({ error: false, statements: [withoutLocations(statement)] });
  return callOnText(session, 'json_deserialize_sql', json);
}

/** Calls one of DuckDB's functions over SQL text and gives its text. */
export async function callOnText(
  session: Session,
  name: 'json_serialize_sql' | 'json_deserialize_sql' | 'json_serialize_plan',
  text: string,
): Promise<string> {
  const type = name === 'json_deserialize_sql' ? 'JSON' : 'VARCHAR';
  const { rows } = await session.rows(`SELECT CAST(${name}(CAST($1 AS ${type})) AS VARCHAR)`, [text]);
  const cell = rows[0]?.[0];
  if (typeof cell !== 'string') throw new Error(`${name} gave nothing`);
  return cell;
}
