import type { FieldValue } from '../contract/index.ts';

/** A value as a reader sees it, and in full precision where that differs. */
export interface Shown {
  readonly text: string;
  readonly full: string | null;
}

const THIN = '\u202f';
const MINUS = '\u2212';
const TIMESTAMP = /^(\d{4,}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?(Z?)$/;

/**
 * The one place where numbers become text for readers: groups of three from five digits on; of fractions what has two
 * decimals at most as it is, as amounts have, and four significant digits of others; seconds as h, min and s, no locale.
 * Names are left as they are.
 */
export function formatValue(field: FieldValue): Shown {
  if (field.value === null) return { text: 'none', full: null };
  if (typeof field.value === 'string') return shown(formatText(field.value, field.unit), field);
  if (field.unit === 's') return shown(formatSeconds(field.value), field);
  if (field.unit === 'B' || field.unit === 'bytes') return shown(formatBytes(field.value), field);
  const number =
    field.exact !== undefined && isInteger(field.exact)
      ? groupDigits(field.exact)
      : formatNumber(field.value);
  return shown(withUnit(number, field.unit), field);
}

/** The text of `formatValue` alone, as statements hold it. */
export function formatFieldValue(field: FieldValue): string {
  return formatValue(field).text;
}

/** At most two decimals. */
const HUNDREDTHS = /^-?\d+\.\d\d?$/;

/** A number without unit. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value).replace('-', MINUS);
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e15) return groupDigits(String(value));
  if (size >= 1e15 || size < 1e-4) return scientific(value);
  if (HUNDREDTHS.test(String(value))) return groupDigits(String(value));
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(size)));
  const fixed = value.toFixed(decimals);
  return groupDigits(fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed);
}

/** A share in [0, 1] as per cent: `0.0312` → `3.1 %`. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return `<${THIN}0.1${THIN}%`;
  if (percent > 99.9 && percent < 100) return `>${THIN}99.9${THIN}%`;
  return `${groupDigits(String(Number(percent.toFixed(1))))}${THIN}%`;
}

/** A p- or q-value: two significant digits, never zero: what a double can't tell from it is below 1e-300. */
export function formatProbability(value: number): string {
  if (value < 1e-300) return `<${THIN}10⁻³⁰⁰`;
  return value < 0.0001 ? scientific(Number(value.toPrecision(2))) : String(Number(value.toPrecision(2)));
}

/** `q = 0.008`, or `q < 10⁻³⁰⁰`. */
export function probabilityWords(symbol: 'p' | 'q', value: number): string {
  const text = formatProbability(value);
  return text.startsWith('<') ? `${symbol} <${text.slice(1)}` : `${symbol} = ${text}`;
}

function shown(text: string, field: FieldValue): Shown {
  const full = `${field.exact ?? String(field.value)}${field.unit === undefined ? '' : ` ${field.unit}`}`;
  return { text, full: full === text.replaceAll(THIN, ' ') ? null : full };
}

function formatText(text: string, unit: string | undefined): string {
  const time = TIMESTAMP.exec(text);
  if (time === null) return withUnit(text, unit);
  const fraction = (time[3] ?? '').replace(/0+$/, '');
  return `${time[1]} ${time[2]}${fraction === '' ? '' : `.${fraction}`}${time[4] === 'Z' ? ' UTC' : ''}`;
}

function withUnit(text: string, unit: string | undefined): string {
  return unit === undefined || unit === '' ? text : `${text}${THIN}${unit}`;
}

function formatSeconds(seconds: number): string {
  const sign = seconds < 0 ? MINUS : '';
  const size = Math.abs(seconds);
  if (!(size >= 60) || !Number.isFinite(size)) return `${formatNumber(seconds)}${THIN}s`;
  if (size < 3600) return sign + twoUnits(Math.round(size), 60, 'min', 1, 's');
  const minutes = Math.round(size / 60);
  if (minutes < 6000) return sign + twoUnits(minutes, 60, 'h', 1, 'min');
  return `${sign}${groupDigits(String(Math.round(size / 3600)))}${THIN}h`;
}

function twoUnits(total: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = (total % large) / small;
  const head = `${Math.floor(total / large)}${THIN}${largeUnit}`;
  return rest === 0 ? head : `${head} ${rest}${THIN}${smallUnit}`;
}

function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  while (Math.abs(size) >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${formatNumber(size)}${THIN}${units[unit]}`;
}

function groupDigits(text: string): string {
  const [whole = '', fraction] = text.replace('-', '').split('.');
  const grouped = whole.length < 5 ? whole : whole.replace(/\B(?=(\d{3})+$)/g, THIN);
  return `${text.startsWith('-') ? MINUS : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

function scientific(value: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential(3).split('e');
  const digits = mantissa.replace(/\.?0+$/, '').replace('-', MINUS);
  return `${digits}${THIN}×${THIN}10${superscript(String(Number(exponent)))}`;
}

function superscript(digits: string): string {
  return [...digits].map((d) => (d === '-' ? '⁻' : ('⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(d)] ?? d))).join('');
}

function isInteger(text: string): boolean {
  return /^-?\d+$/.test(text);
}
