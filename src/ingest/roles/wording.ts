const THIN = '\u202f';
const MINUS = '\u2212';

/** A number as reports write it: groups of three from five digits on, four significant digits for fractions. */
export function count(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return String(value).replace('-', MINUS);
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return scientific(value);
  if (Number.isInteger(value)) return grouped(String(value));
  const fixed = value.toFixed(Math.max(0, 3 - Math.floor(Math.log10(size))));
  return grouped(fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed);
}

/** `4213 of 4220`. */
export function of(part: number, whole: number): string {
  return `${count(part)} of ${count(whole)}`;
}

/** A count with its noun. */
export function some(value: number, one: string, many: string): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A share in [0, 1] as whole per cent. */
export function percent(share: number): string {
  return `${count(Math.round(share * 100))}${THIN}%`;
}

function grouped(text: string): string {
  const [whole = '', fraction] = text.replace('-', '').split('.');
  const digits = whole.length < 5 ? whole : whole.replace(/\B(?=(\d{3})+$)/g, THIN);
  return `${text.startsWith('-') ? MINUS : ''}${digits}${fraction === undefined ? '' : `.${fraction}`}`;
}

function scientific(value: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential(3).split('e');
  const digits = mantissa.replace(/\.?0+$/, '').replace('-', MINUS);
  const power = [...String(Number(exponent))].map((d) => (d === '-' ? '⁻' : ('⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(d)] ?? d)));
  return `${digits}${THIN}×${THIN}10${power.join('')}`;
}
