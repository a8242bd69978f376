import type { Cell, FieldSource, FieldValue } from '../contract/index.ts';

const NUMERIC = /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|U\w*INT\w*|DECIMAL.*|DOUBLE|FLOAT)$/;

/** A cell as a field: numbers as numbers, with their exact text beside them where a double can't hold it. */
export function fieldFromCell(cell: Cell, type: string): FieldValue {
  if (cell === null || !NUMERIC.test(type)) return { value: cell };
  const value = Number(cell) + 0; // JSON knows no negative zero
  if (!Number.isFinite(value)) return { value: cell };
  return isSameNumber(String(value), cell) ? { value } : { value, exact: cell };
}

/** True where two decimal texts stand for the same number; `1e21` is read as a number too. */
function isSameNumber(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

/** A decimal text without exponent, sign of zero, or trailing zeros of the fraction. */
function plain(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text);
  if (match === null) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const padded =
    point > digits.length
      ? digits.padEnd(point, '0')
      : digits.padStart(digits.length + Math.max(0, -point), '0');
  const at = Math.max(0, point);
  const integer = padded.slice(0, at).replace(/^0+/, '');
  const rest = padded.slice(at).replace(/0+$/, '');
  return integer === '' && rest === '' ? '0' : `${sign}${integer || '0'}.${rest}`;
}

/** A field source in words, for messages about invalid output. */
export function describeSource(source: FieldSource): string {
  if ('query' in source) return `row ${source.row}, column "${source.column}" of query ${source.query}`;
  if ('exact' in source)
    return `${source.value} of "${source.column}" in group ${source.group} of ${source.exact}`;
  if ('derivation' in source) return `value "${source.value}" of derivation ${source.derivation}`;
  return 'column_name' in source ? `column "${source.column_name}"` : `setting "${source.setting}"`;
}
