import { COUNTRIES, CURRENCIES } from './codes.ts';

/** How many of the sampled values of a column have a shape. */
export interface Shapes {
  /** Values looked at (not null). */
  readonly values: number;
  readonly distinct: number;
  readonly counts: Readonly<Record<Shape, number>>;
  /** Occurrences of the most frequent value. */
  readonly top: number;
}

const WORDS_OF_LIFECYCLE = words(
  'schedule assign withdraw reassign start suspend resume abort complete pi_abort ate_abort manualskip autoskip scheduled assigned started suspended resumed aborted completed begin end unknown',
);
const WORDS_OF_STATUS = words(
  'success successful succeeded ok complete completed done finished failed failure fail error errored warning warn cancelled canceled aborted killed running queued waiting pending hold held skipped timeout timed_out terminated normal abnormal s f e c w r x comp canc succ err',
);
const WORDS_OF_TRUTH = words('y n yes no true false t f ja nein on off 0 1');
const CURRENCY_SIGNS = new Set(['$', '€', '£', '¥', 'us$', 'chf', 'kr', 'zł']);

const SHAPES = {
  key_value: (v: string) => /^\s*([^=;\n]{1,80}=[^;]*(;\s*[^=;]{1,80}=[^;]*)*;?\s*$|\{\s*["}])/.test(v),
  lifecycle: (v: string) => WORDS_OF_LIFECYCLE.has(v.toLowerCase()),
  status: (v: string) => WORDS_OF_STATUS.has(v.toLowerCase()),
  truth: (v: string) => WORDS_OF_TRUTH.has(v.toLowerCase()),
  host: (v: string) => v.length <= 40 && /^(?=.*\d)[a-z][a-z0-9]*([-_.][a-z0-9]+)*$/i.test(v),
  machine: (v: string) =>
    /^([a-z0-9]+[-_.])*[a-z]*(srv|svr|server|app|node|host|db|worker|vm|machine|batch|box)[a-z]*[-_.]?\d+$/i.test(
      v,
    ),
  spaced: (v: string) => /\S\s+\S/.test(v),
  currency: (v: string) => CURRENCIES.has(v) || CURRENCY_SIGNS.has(v.toLowerCase()),
  country: (v: string) => COUNTRIES.has(v.toLowerCase()),
  digits: (v: string) => /^\d+$/.test(v),
  fraction: (v: string) => /^[+-]?\d+[.,]\d+$/.test(v),
} as const;
export type Shape = keyof typeof SHAPES;

/** Counts the shapes of sampled values; each distinct value is looked at once. */
export function countShapes(values: readonly (string | null)[]): Shapes {
  const frequency = new Map<string, number>();
  let seen = 0;
  for (const value of values) {
    if (value === null) continue;
    seen++;
    frequency.set(value, (frequency.get(value) ?? 0) + 1);
  }
  const counts: Record<Shape, number> = {
    key_value: 0,
    lifecycle: 0,
    status: 0,
    truth: 0,
    host: 0,
    machine: 0,
    spaced: 0,
    currency: 0,
    country: 0,
    digits: 0,
    fraction: 0,
  };
  const names = Object.keys(SHAPES) as Shape[];
  let top = 0;
  for (const [value, count] of frequency) {
    if (count > top) top = count;
    for (const name of names) if (SHAPES[name](value)) counts[name] += count;
  }
  return { values: seen, distinct: frequency.size, counts, top };
}

/** Share of the sampled values with a shape, in [0, 1]; 0 where there is none. */
export function share(shapes: Shapes, shape: Shape): number {
  return shapes.values === 0 ? 0 : shapes.counts[shape] / shapes.values;
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}
