import ts from 'typescript';

/** Calls whose answer depends on the moment, on chance, or on the machine's language and time zone. */
const FORBIDDEN_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  Date: ['now'],
  Math: ['random'],
  performance: ['now', 'timeOrigin'],
  process: ['hrtime', 'uptime'],
};
const FORBIDDEN_NAMES = [
  'Intl',
  'getRandomValues',
  'localeCompare',
  'randomBytes',
  'randomInt',
  'randomUUID',
];
/** Parsing takes time, and most files hold none of these words. */
const MAY_HAVE_SOME =
  /\b(Date|performance|process)\b|Math\.random|Intl|getRandom|locale|random(Bytes|Int|UUID)/i;

/** Where a TypeScript source reads the clock, chance or the locale, as `line: what`. Comments, strings, types don't count. */
export function effectsIn(source: string): string[] {
  if (!MAY_HAVE_SOME.test(source)) return [];
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    const what = effectOf(node);
    if (what !== undefined) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
      found.push(`${line + 1}: ${what}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function effectOf(node: ts.Node): string | undefined {
  if (ts.isNewExpression(node) && isNamed(node.expression, 'Date')) return 'new Date()';
  if (ts.isCallExpression(node) && isNamed(node.expression, 'Date')) return 'Date()';
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const { text } = node.expression;
    if (FORBIDDEN_MEMBERS[text]?.includes(node.name.text)) return `${text}.${node.name.text}`;
  }
  if (!ts.isIdentifier(node)) return undefined;
  const forbidden = FORBIDDEN_NAMES.includes(node.text) || /^toLocale[A-Z]/.test(node.text);
  return forbidden ? node.text : undefined;
}

const isNamed = (node: ts.Node, name: string): boolean => ts.isIdentifier(node) && node.text === name;
