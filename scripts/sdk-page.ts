import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const SOURCES = fileURLToPath(new URL('../src', import.meta.url));

/** An exported name: how it is used, and what it is in a line. */
export interface Documented {
  readonly name: string;
  readonly usage: string;
  readonly what: string;
  /** Relative to `src/`, with forward slashes. */
  readonly file: string;
}

/** Groups of the page, by the files that a name is declared in; the first that fits takes it. */
const GROUPS: readonly (readonly [title: string, files: RegExp])[] = [
  ['The plugin', /^sdk\/(plugin|sql-text|text-order|two-at-once)\.ts$/],
  ['The context', /^sdk\/context\.ts$/],
  ['Answers and evidence', /^sdk\/handles\.ts$/],
  ['Rows in batches', /^sdk\/batch\.ts$/],
  ['Random streams', /^sdk\/random\.ts$/],
  ['Exact sums, moments and products', /^sdk\/exact\//],
  ['Matrices', /^sdk\/statistics\/matrix\.ts$/],
  ['Statistics', /^sdk\/statistics\//],
  ['What the host uses', /^sdk\//],
];

/** Every name that a module exports, with what its declaration says of it. */
export function exportsOf(module: string): Documented[] {
  return exportedFrom(module, new Map()).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** `docs/reference/sdk.md`, without its title. */
export function sdkLines(): string[] {
  const all = exportsOf('sdk/index.ts');
  const groups = GROUPS.map(([title, files], at) => ({
    title,
    names: all.filter(
      ({ file }) => GROUPS.findIndex(([, other]) => other.test(file)) === at && files.test(file),
    ),
  }));
  return [
    ...section('The context of `analyze`', membersOf('sdk/context.ts', 'Context', 'ctx.')),
    ...section(
      'The context of `partial`: the columns, roles and settings as above, and of one chunk',
      membersOf('sdk/context.ts', 'PartialContext', 'ctx.').filter(({ what }) => what !== ''),
    ),
    ...groups.flatMap(({ title, names }) => section(title, names)),
    ...section('The test kit, `statistic-harness/testing`', exportsOf('testing/index.ts')),
  ];
}

function section(title: string, names: readonly Documented[]): string[] {
  const rows = names.map(
    ({ usage, what }) => `| \`${usage.replaceAll('|', '\\|')}\` | ${what.replaceAll('|', '\\|')} |`,
  );
  return [`## ${title}`, '', '| | |', '| --- | --- |', ...rows, ''];
}

function exportedFrom(module: string, parsed: Map<string, ts.SourceFile>): Documented[] {
  return parse(module, parsed).statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement)) return isExported(statement) ? declaredBy(statement, module) : [];
    const from = statement.moduleSpecifier;
    if (from === undefined || !ts.isStringLiteral(from)) return [];
    const clause = statement.exportClause;
    if (!from.text.startsWith('.')) return clause === undefined ? [] : ofPackage(clause, from.text, module);
    const all = exportedFrom(join(dirname(module), from.text).replaceAll('\\', '/'), parsed);
    if (clause === undefined || !ts.isNamedExports(clause)) return all;
    const wanted = clause.elements.map(({ name }) => name.text);
    return all.filter(({ name }) => wanted.includes(name));
  });
}

/** What is passed on from a package, which has its own description. */
function ofPackage(clause: ts.NamedExportBindings, from: string, file: string): Documented[] {
  if (!ts.isNamedExports(clause)) return [];
  return clause.elements.map(({ name: { text } }) => ({
    name: text,
    usage: text,
    what: `Of ${from}.`,
    file,
  }));
}

function parse(module: string, parsed: Map<string, ts.SourceFile>): ts.SourceFile {
  const known = parsed.get(module);
  if (known !== undefined) return known;
  const text = readFileSync(join(SOURCES, module), 'utf8');
  const source = ts.createSourceFile(module, text, ts.ScriptTarget.Latest, true);
  parsed.set(module, source);
  return source;
}

function isExported(statement: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

function declaredBy(statement: ts.Statement, file: string): Documented[] {
  const what = firstSentence(statement);
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name, initializer }) => {
      const takes =
        initializer !== undefined && ts.isArrowFunction(initializer) ? initializer.parameters : undefined;
      return { name: name.getText(), usage: called(name.getText(), takes), what, file };
    });
  }
  if (ts.isFunctionDeclaration(statement) && statement.name !== undefined) {
    const name = statement.name.text;
    return [{ name, usage: called(name, statement.parameters), what, file }];
  }
  if (
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isClassDeclaration(statement)
  ) {
    const name = statement.name?.text ?? '';
    return [{ name, usage: name, what, file }];
  }
  return [];
}

/** The members of an interface. */
function membersOf(module: string, name: string, prefix: string): Documented[] {
  const found = parse(module, new Map()).statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  );
  return (found?.members ?? []).flatMap((member) => {
    if (member.name === undefined) return [];
    const own = `${prefix}${member.name.getText()}`;
    const usage = ts.isMethodSignature(member) ? called(own, member.parameters) : own;
    return [{ name: own, usage, what: firstSentence(member), file: module }];
  });
}

function called(name: string, parameters: ts.NodeArray<ts.ParameterDeclaration> | undefined): string {
  if (parameters === undefined) return name;
  const names = parameters.map((one) =>
    ts.isIdentifier(one.name) ? one.name.text : shortened(one.name.getText()),
  );
  return `${name}(${names.join(', ')})`;
}

function shortened(pattern: string): string {
  return pattern.replaceAll(/\s+/g, ' ');
}

/** The first sentence of what stands above a declaration, on one line. */
function firstSentence(node: ts.Node): string {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).slice(-1);
  const text = (ts.getTextOfJSDocComment(doc?.comment) ?? '').replaceAll(/\s+/g, ' ').trim();
  return /^(.*?\.)(\s(?=[A-Z`])|$)/.exec(text)?.[1] ?? text;
}
