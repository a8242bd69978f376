const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[A-Za-z_]\w*|\s+|[\s\S]/g;
const CLAUSES = new Set([
  ...[
    'SELECT',
    'FROM',
    'WHERE',
    'GROUP',
    'ORDER',
    'HAVING',
    'LIMIT',
    'QUALIFY',
    'UNION',
    'EXCEPT',
    'INTERSECT',
  ],
  ...['LEFT', 'INNER', 'CROSS', 'FULL', 'RIGHT', 'JOIN'],
]);
/** Words after which the next clause word belongs to the same clause. */
const CONTINUED = new Set(['LEFT', 'INNER', 'CROSS', 'FULL', 'RIGHT', 'OUTER', 'DISTINCT', 'WITHIN']);

/** Longer SQL is not laid out. */
const LONGEST = 20_000;

/**
 * The same SQL on several lines: a line per clause, subqueries indented. White space is all that changes, never inside
 * quotes, so that what is shown is the query that ran. SQL that has lines already is left as it is.
 */
export function layOutSql(sql: string): string {
  if (sql.length > LONGEST || sql.includes('\n') || sql.includes('--')) return sql;
  const tokens = sql.match(TOKEN) ?? [];
  const open: boolean[] = [];
  let text = '';
  let previous = '';
  tokens.forEach((token, i) => {
    if (/^\s+$/.test(token)) {
      if (text !== '' && !text.endsWith('\n') && !text.endsWith(' ')) text += ' ';
      return;
    }
    const word = token.toUpperCase();
    const subquery = token === '(' && opensQuery(tokens, i + 1);
    if (token === ')' && open.pop() === true) text = newLine(text, depthOf(open));
    else if (CLAUSES.has(word) && open.at(-1) !== false && !CONTINUED.has(previous))
      text = newLine(text, depthOf(open));
    text += token;
    if (token === '(') open.push(subquery);
    if (subquery) text = newLine(text, depthOf(open));
    previous = word;
  });
  return text;
}

/** True where nothing but opening parentheses stands before SELECT or WITH. */
function opensQuery(tokens: readonly string[], from: number): boolean {
  for (let i = from; i < tokens.length; i++) {
    const token = tokens[i] ?? '';
    if (token !== '(' && !/^\s+$/.test(token)) return ['SELECT', 'WITH'].includes(token.toUpperCase());
  }
  return false;
}

function depthOf(open: readonly boolean[]): number {
  return open.filter((isSubquery) => isSubquery).length;
}

function newLine(text: string, depth: number): string {
  const kept = text.trimEnd();
  return kept === '' ? '' : `${kept}\n${'  '.repeat(depth)}`;
}
