import type { Finding, FindingItem } from '../contract/index.ts';
import { formatShare, formatValue, type Shown } from './format-value.ts';
import { clipped, estimateName, holdsNumber, plainName } from './words.ts';

/** How grave a finding is. */
export const SEVERITY_WORDS: Readonly<Record<Finding['severity'], string>> = {
  serious: '▲ serious',
  warning: '△ warning',
  notice: '● notice',
  info: '○ for information',
};

/** What the basis of a claim means. */
export const BASIS_WORDS: Readonly<Record<Finding['basis'], string>> = {
  MEASURED: 'Read from the data as it is.',
  MODELED: 'From a model: holds as far as its assumptions do.',
};

/** The number of a claim and what stands beside it. */
export interface EstimateWords {
  readonly value: Shown;
  readonly name: string;
  /** `, 95 % interval 1.2 to 3.4`; empty without one. */
  readonly interval: string;
  /** `; R² 42.8 %`; empty without one, or where it is the number itself. */
  readonly effect: string;
  /** The title holds the number already. */
  readonly inTitle: boolean;
  /** The statement holds the effect size already, or there is none. */
  readonly effectTold: boolean;
}

/** The number of a claim in words; undefined where it has none. */
export function estimateWords(claim: FindingItem): EstimateWords | undefined {
  if (claim.estimate === undefined) return undefined;
  const { value, unit, confidence_interval: interval } = claim.estimate;
  const shown = formatValue(claimField(claim, value, unit));
  const effect = claim.effect_size;
  return {
    value: shown,
    name: estimateName(claim.estimate),
    interval:
      interval === undefined
        ? ''
        : `, ${formatShare(interval.level)} interval ${bound(interval.low, unit)} to ${bound(interval.high, unit)}`,
    effect: effect === undefined || effect.value === value ? '' : `; ${effectWords(effect)}`,
    inTitle: holdsNumber(claim.title, shown.text),
    effectTold: effect === undefined || holdsNumber(claim.statement, effectValue(effect)),
  };
}

type Effect = NonNullable<FindingItem['effect_size']>;

/** `standardized coefficient 0.44`, `R² 42.8 %`. */
function effectWords(effect: Effect): string {
  return `${plainName(effect.name.replace(/_percent$/, ''))} ${effectValue(effect)}`;
}

function effectValue({ name, value }: Effect): string {
  return formatValue({ value, ...(name.endsWith('_percent') && { unit: '%' }) }).text;
}

/** The field behind the estimate, which may hold the exact text. */
function claimField(claim: FindingItem, value: number | string | null, unit: string | undefined) {
  const own = Object.values(claim.fields).find((field) => field.value === value && field.unit === unit);
  return own ?? { value, ...(unit === undefined ? {} : { unit }) };
}

function bound(value: number | null, unit: string | undefined): string {
  return value === null ? 'open' : formatValue({ value, ...(unit === undefined ? {} : { unit }) }).text;
}

/** What a finding is about: its columns, and what else target and scope name, each with a word for what it is. */
export function targetWords(
  { about, target, scope }: Finding,
  columnName: (name: string) => string,
): { readonly name: string; readonly value: string }[] {
  const columns = new Set(about);
  const named = [...Object.entries(target), ...Object.entries(scope)].filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' && !entry[1].split(', ').every((name) => columns.has(name)),
  );
  const shown = about.slice(0, 6).map(columnName).join(', ') + (about.length > 6 ? ' …' : '');
  const all = [...(shown === '' ? [] : [['columns', shown] as const]), ...named];
  return all.map(([name, value]) => ({ name: plainName(name), value: clipped(value, 120) }));
}
