import type { ExpectedValue, GroundTruth, PlantTruth } from '../../contract/index.ts';
import { SOUGHT, type Sought } from './sought.ts';

type Target = PlantTruth['target'];

/** A number, name or time that a claim has to hold, under any of these names. */
export interface WantedValue extends ExpectedValue {
  readonly what: string;
}

/** Where among the days, or rows, a claim has to begin. */
export interface WantedPlace {
  readonly field: string;
  readonly at: string | number;
  readonly tolerance: number;
}

/** Named by one of these keys of a claim or, where it is a column, among all columns that the finding is about. */
export interface Named {
  readonly keys: readonly string[];
  readonly value: string;
  readonly isColumn: boolean;
}

/** One way in which an expectation can be met. */
export interface Way {
  readonly plugin: string;
  readonly kinds: readonly string[];
  /** All of these have to be named by the claim. */
  readonly named: readonly Named[];
  readonly values: readonly WantedValue[];
  readonly begins?: WantedPlace;
  readonly rows?: { readonly numbers: readonly number[]; readonly leastShare: number };
}

/** One line of a truth, however it is written: a finding, plant, feature, change point, pair, set of rows. */
export interface Expectation {
  readonly place: string;
  readonly kind: string;
  readonly what: string;
  readonly expected: 'found' | 'not_found';
  /** Each list of ways has to be met by one of its ways. */
  readonly parts: readonly (readonly Way[])[];
}

/** Everything that a truth expects of findings, in the order of the file. Metrics are another matter. */
export function expectationsOf(truth: GroundTruth): Expectation[] {
  return [
    ...each(truth, 'plants', ofPlant),
    ...each(truth, 'findings', ofFinding),
    ...each(truth, 'features', ofFeatures),
    ...each(truth, 'change_points', ofChange),
    ...each(truth, 'dependence', ofDependence),
    ...each(truth, 'anomalies', ofAnomalies),
  ];
}

type Section = 'plants' | 'findings' | 'features' | 'change_points' | 'dependence' | 'anomalies';
type Entry<S extends Section> = NonNullable<GroundTruth[S]>[number];
type Said = Omit<Expectation, 'place' | 'expected'>;

function each<S extends Section>(
  truth: GroundTruth,
  section: S,
  read: (entry: Entry<S>) => Said,
): Expectation[] {
  const entries: readonly Entry<S>[] = truth[section] ?? [];
  return entries.map((entry, i) => ({
    place: `${section}[${i}]`,
    expected: entry.expected ?? 'found',
    ...read(entry),
  }));
}

function ofPlant(plant: PlantTruth): Said {
  const ways = (SOUGHT[plant.kind] ?? []).flatMap((sought) => waysOf(sought, plant));
  return { kind: plant.kind, what: `${plant.plant}: ${plant.statement}`, parts: partsOf(ways) };
}

/** A way to each of the values that claims of their own may name; without such values, one way. */
function waysOf(sought: Sought, plant: PlantTruth): { readonly part: string; readonly way: Way }[] {
  const { each: split } = sought;
  const values = split === undefined ? [] : [plant.target[split] ?? []].flat();
  if (split === undefined || values.length < 2)
    return [{ part: '', way: wayTo(sought, plant, plant.target) }];
  return values.map((value) => ({
    part: value,
    way: wayTo(sought, plant, { ...plant.target, [split]: [value] }),
  }));
}

/** Ways for all values at once do for each of them. */
function partsOf(ways: readonly { readonly part: string; readonly way: Way }[]): Way[][] {
  const parts = new Set(ways.map(({ part }) => part).filter((part) => part !== ''));
  return [...(parts.size === 0 ? [''] : parts)].map((part) =>
    ways.filter((one) => one.part === part || one.part === '').map(({ way }) => way),
  );
}

function wayTo(sought: Sought, plant: PlantTruth, target: Target): Way {
  const { size, begins } = sought;
  const fact = size?.fact.replace('{activity}', [target['activity'] ?? ''].flat()[0] ?? '');
  const measured = fact === undefined ? undefined : plant.measured[fact];
  const from = plant.place?.from_time;
  return {
    ...wayBy(sought, target),
    values:
      size === undefined || typeof measured !== 'number'
        ? []
        : [
            {
              what: size.field,
              value: measured * (size.times ?? 1),
              relative_tolerance: size.relativeTolerance,
            },
          ],
    ...(begins !== undefined &&
      from !== undefined && {
        begins: { field: begins.field, at: from, tolerance: begins.toleranceDays },
      }),
  };
}

function wayBy({ plugin, kinds, names }: Sought, target: Target): Way {
  return { plugin, kinds, named: namedIn(target, (key) => names[key]), values: [] };
}

/** What of a target has to be named, and by which keys of a claim; undefined for what need not be. */
function namedIn(target: Target, keysOf: (key: string) => readonly string[] | undefined): Way['named'] {
  return Object.entries(target).flatMap(([key, value]) => {
    const keys = keysOf(key);
    if (keys === undefined) return [];
    return [value].flat().map((one) => ({ keys, value: one, isColumn: key === 'columns' }));
  });
}

/** What a person wrote is named by the same key of the claim, or where a claim calls what it is about just `name`, or `job`. */
const keysOfTarget = (key: string): readonly string[] =>
  key === 'activity' ? [key, 'name', 'job'] : [key, 'name'];
const sameKey = (key: string): readonly string[] => [key];

function ofFinding(entry: Entry<'findings'>): Said {
  const { plugin, kind, target = {}, scope = {}, estimate, effect_size, fields = {} } = entry;
  const values = [
    ...(estimate === undefined ? [] : [{ what: 'estimate', ...estimate }]),
    ...(effect_size === undefined ? [] : [{ what: 'effect_size', ...effect_size }]),
    ...Object.entries(fields).map(([what, value]) => ({ what, ...value })),
  ];
  const named = [...namedIn(target, keysOfTarget), ...namedIn(scope, sameKey)];
  const about = named.map(({ value }) => value).join(', ');
  return {
    kind,
    what: `${plugin} tells ${kind}${about && ` of ${about}`}`,
    parts: [[{ plugin, kinds: [kind], named, values }]],
  };
}

function ofSection(section: string, target: Target, more: Partial<Way> = {}): Way[] {
  return (SOUGHT[section] ?? []).map((sought) => ({ ...wayBy(sought, target), ...more }));
}

function ofFeatures({ outcome, columns }: Entry<'features'>): Said {
  return {
    kind: 'features',
    what: `${columns.join(', ')} matter for ${outcome}`,
    parts: columns.map((column) => ofSection('features', { columns: [outcome, column] })),
  };
}

function ofChange({ target, at, tolerance_days, tolerance_rows }: Entry<'change_points'>): Said {
  const tolerance = (typeof at === 'number' ? tolerance_rows : tolerance_days) ?? 0;
  const names = Object.values(target).flat().join(', ');
  return {
    kind: 'change_points',
    what: `${names} changes at ${at}`,
    parts: [ofSection('change_points', target, { begins: { field: 'date', at, tolerance } })],
  };
}

function ofDependence({ columns, effect_size }: Entry<'dependence'>): Said {
  const values = effect_size === undefined ? [] : [{ what: 'effect_size', ...effect_size }];
  return {
    kind: 'dependence',
    what: columns.join(' and '),
    parts: [ofSection('dependence', { columns }, { values })],
  };
}

function ofAnomalies({ columns, rows, least_share }: Entry<'anomalies'>): Said {
  return {
    kind: 'anomalies',
    what: `${rows.length} rows stand out in ${columns.join(', ')}`,
    parts: [ofSection('anomalies', { columns }, { rows: { numbers: rows, leastShare: least_share ?? 1 } })],
  };
}
