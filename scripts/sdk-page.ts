import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { PluginManifest } from '../src/contract/index.ts';

const SOURCES = fileURLToPath(new URL('../src', import.meta.url));

/** An exported name: how it is used, and what it is in a line. */
export interface Documented {
  readonly name: string;
  readonly usage: string;
  readonly what: string;
  /** Relative to `src/`, with forward slashes. */
  readonly file: string;
}

/** For the host; no plugin needs it. */
const REST = 'Exported for the host, and of no use to a plugin';

/** What a plugin meets, member by member, in the order of the page. */
const SHAPES: readonly (readonly [file: string, names: readonly string[]])[] = [
  ['sdk/plugin.ts', ['Plugin']],
  [
    'sdk/context.ts',
    ['TableContext', 'Context', 'PartialContext', 'ChunkContext', 'ProvisionalContext', 'HealthContext'],
  ],
  ['sdk/handles.ts', ['QueryHandle', 'ExactHandle', 'DerivationHandle']],
  ['sdk/exact/request.ts', ['ExactRequest']],
  [
    'sdk/inputs.ts',
    [
      ...['FindingInput', 'ItemInput', 'TestInput', 'DerivationInput', 'ChartInput', 'ArtifactInput'],
      'FactInput',
    ],
  ],
  ['sdk/batch.ts', ['Batch']],
  ['sdk/random.ts', ['RandomStream']],
  ['testing/run-plugin.ts', ['RunOptions', 'PluginRun']],
];

/** Groups of the names in a line each, by the files that a name is declared in; the first that fits takes it. */
const GROUPS: readonly (readonly [title: string, files: RegExp])[] = [
  [
    'Functions and types besides',
    /^sdk\/(plugin|result-csv|sql-text|text-order|two-at-once|context|inputs|handles)\.ts$/,
  ],
  ['Rows in batches', /^sdk\/batch\.ts$/],
  ['Random streams', /^sdk\/random\.ts$/],
  ['Facts of the values of a column', /^sdk\/value-facts\.ts$/],
  [REST, /^sdk\/exact\/(double-limbs|block-products|power-sums|big)\.ts$/],
  ['Exact sums, moments and products', /^sdk\/exact\//],
  ['Matrices', /^sdk\/statistics\/matrix\.ts$/],
  ['Statistics', /^sdk\/statistics\//],
  ['Process logs', /^sdk\/process-log\//],
  [REST, /^sdk\//],
];

/** Every name that a module exports, with what its declaration says of it. */
export function exportsOf(module: string): Documented[] {
  return exportedFrom(module, new Map()).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** `docs/reference/sdk.md`, without its title. */
export function sdkLines(): string[] {
  const all = exportsOf('sdk/index.ts').filter(
    ({ name }) => !SHAPES.some(([, names]) => names.includes(name)),
  );
  const groups = Object.entries(
    Object.groupBy(all, ({ file }) => GROUPS.find(([, files]) => files.test(file))?.[0] ?? REST),
  );
  const titles = GROUPS.map(([title]) => title);
  const inOrder = groups.toSorted(([a], [b]) => titles.indexOf(a) - titles.indexOf(b));
  return [
    ...SHAPES.flatMap(([file, names]) => names.flatMap((name) => shape(file, name))),
    ...manifestLines(),
    ...inOrder.filter(([title]) => title !== REST).flatMap(([title, names]) => section(title, names ?? [])),
    ...section(
      'The test kit, `statistic-harness/testing`',
      exportsOf('testing/index.ts').filter(({ name }) => !['RunOptions', 'PluginRun'].includes(name)),
    ),
    `## ${REST}`,
    '',
    `${all
      .filter(({ file }) => restHas(file))
      .map(({ name }) => `\`${name}\``)
      .join(', ')}.`,
    '',
  ];
}

function restHas(file: string): boolean {
  return GROUPS.find(([, files]) => files.test(file))?.[0] === REST;
}

function section(title: string, names: readonly Documented[]): string[] {
  const rows = names.map(({ usage, what }) => `| ${code(usage)} | ${cell(what)} |`);
  return [`## ${title}`, '', '| | |', '| --- | --- |', ...rows, ''];
}

/** An interface: what it is, and its members. */
function shape(file: string, name: string): string[] {
  const declared = declarationOf(file, name);
  const extended = declared.heritageClauses?.map((clause) => clause.getText()).join(', ');
  const heading = extended === undefined ? `\`${name}\`` : `\`${name}\` ${extended}`;
  const rows = declared.members.map((member) => {
    const name = `${member.name?.getText()}${member.questionToken === undefined ? '' : '?'}`;
    return `| ${code(name)} | ${code(typeOf(member))} | ${cell(docOf(member))} |`;
  });
  return [
    `## ${heading}`,
    '',
    docOf(declared),
    '',
    '| member | type | |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ];
}

function declarationOf(file: string, name: string): ts.InterfaceDeclaration {
  const found = parse(file, new Map()).statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  );
  if (found === undefined) throw new Error(`${file} declares no interface ${name}`);
  return found;
}

/** A member's type as it is declared, on one line; of a function what it takes and gives. */
function typeOf(member: ts.TypeElement): string {
  const text = ts.isMethodSignature(member)
    ? `(${member.parameters.map((one) => one.getText()).join(', ')}) => ${member.type?.getText()}`
    : ts.isPropertySignature(member)
      ? (member.type?.getText() ?? '')
      : '';
  return text
    .replaceAll(/\/\*.*?\*\//gs, '')
    .replaceAll(/\breadonly /g, '')
    .replaceAll(/\bReadonly<(Record<[^<>]*(<[^<>]*>)?[^<>]*>)>/g, '$1')
    .replaceAll(/\s+/g, ' ');
}

/** The keys of `plugin.json`: types from the schema, words from above each key in its source. */
function manifestLines(): string[] {
  const schema: Schema = JSON.parse(JSON.stringify(PluginManifest));
  return [
    '## The keys of `plugin.json`',
    '',
    'Each is required, but for those with a `?`.',
    '',
    '| key | type | |',
    '| --- | --- | --- |',
    ...keysOf(schema, '').map(
      ({ key, type }) => `| ${code(key)} | ${code(type)} | ${cell(wordsOf(key.replace('?', '')))} |`,
    ),
    '',
  ];
}

/** A part of a JSON Schema, as far as manifests go. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

function keysOf({ properties = {}, required = [] }: Schema, prefix: string): { key: string; type: string }[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const key = `${prefix}${name}${required.includes(name) ? '' : '?'}`;
    return [
      { key, type: schema.properties === undefined ? typeIn(schema) : 'object' },
      ...keysOf(schema, `${prefix}${name}.`),
    ];
  });
}

function typeIn({ type, const: only, enum: words, items, properties }: Schema): string {
  if (only !== undefined) return JSON.stringify(only);
  if (words !== undefined) return words.map((word) => JSON.stringify(word)).join(' | ');
  if (items !== undefined) {
    const one = typeIn(items);
    return one.includes(' | ') ? `(${one})[]` : `${one}[]`;
  }
  if (properties === undefined) return type ?? '';
  return `{ ${Object.entries(properties)
    .map(([name, schema]) => `${name}: ${typeIn(schema)}`)
    .join(', ')} }`;
}

/** What stands above a key in the source of the schema. */
function wordsOf(key: string): string {
  const last = key.split('.').at(-1);
  let found = '';
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === last) found ||= docOf(node);
    node.forEachChild(visit);
  };
  visit(parse('contract/plugin-manifest.ts', new Map()));
  return found;
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
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
    const isAlias = ts.isTypeAliasDeclaration(statement);
    return [{ name, usage: name, what: isAlias ? docOf(statement) : what, file }];
  }
  return [];
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

/** The first sentence of what stands above a declaration. */
function firstSentence(node: ts.Node): string {
  const text = docOf(node);
  return /^(.*?\.)(\s(?=[A-Z`])|$)/.exec(text)?.[1] ?? text;
}

/** What stands above a declaration, on one line. */
function docOf(node: ts.Node): string {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).slice(-1);
  return (ts.getTextOfJSDocComment(doc?.comment) ?? '').replaceAll(/\s+/g, ' ').trim();
}
