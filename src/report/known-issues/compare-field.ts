import type { FieldCondition, FieldValue, Finding, FindingItem } from '../../contract/index.ts';

/** How many of the smallest unit of its kind one of a unit is. */
const UNITS: Readonly<Record<string, readonly [kind: string, size: number]>> = {
  µs: ['time', 1e-6],
  ms: ['time', 1e-3],
  s: ['time', 1],
  min: ['time', 60],
  h: ['time', 3600],
  d: ['time', 86_400],
  B: ['bytes', 1],
  bytes: ['bytes', 1],
  kB: ['bytes', 1e3],
  MB: ['bytes', 1e6],
  GB: ['bytes', 1e9],
};

/** A number in another unit of the same kind; undefined where there is no way from one to the other. */
export function inUnit(value: number, from: string | undefined, to: string | undefined): number | undefined {
  if (from === undefined || from === to) return value;
  const [kind, size] = UNITS[from] ?? [];
  const [other, otherSize] = (to === undefined ? undefined : UNITS[to]) ?? [];
  if (kind === undefined || kind !== other || size === undefined || otherSize === undefined) return undefined;
  return (value * size) / otherSize;
}

/** What a finding, or one of its items, says under a name: a field, or a key of the target. */
type Said = FieldValue | { readonly value: string | readonly string[] };

/** The names that a condition can mean, by what they say. */
export function saidBy(
  claim: Pick<FindingItem, 'fields'>,
  target: Finding['target'],
  name: string,
): Said | undefined {
  const own = (of: object): boolean => Object.hasOwn(of, name);
  if (name.startsWith('target.')) {
    const key = name.slice('target.'.length);
    return Object.hasOwn(target, key) ? { value: target[key] ?? '' } : undefined;
  }
  if (own(claim.fields)) return claim.fields[name];
  return own(target) ? { value: target[name] ?? '' } : undefined;
}

/** Whether what is said fits a condition. A value that there is not, or of another kind of unit, fits none. */
export function fits({ is, value, unit }: FieldCondition, said: Said): boolean {
  if (Array.isArray(said.value)) return said.value.some((one) => textFits(is, String(one), String(value)));
  if (said.value === null || typeof said.value === 'object') return false;
  if (typeof value === 'string') return textFits(is, String(said.value), value);
  const wanted = inUnit(value, unit, 'unit' in said ? said.unit : undefined);
  const found = Number(said.value);
  return wanted !== undefined && !Number.isNaN(found) && numberFits(is, found, wanted);
}

function textFits(is: FieldCondition['is'], found: string, wanted: string): boolean {
  const [a, b] = [found.toLowerCase(), wanted.toLowerCase()];
  if (is === 'contains') return a.includes(b);
  return is === '=' ? a === b : is === '!=' && a !== b;
}

function numberFits(is: FieldCondition['is'], found: number, wanted: number): boolean {
  switch (is) {
    case '=':
      return found === wanted;
    case '!=':
      return found !== wanted;
    case '<':
      return found < wanted;
    case '<=':
      return found <= wanted;
    case '>':
      return found > wanted;
    case '>=':
      return found >= wanted;
    case 'contains':
      return false;
  }
}
