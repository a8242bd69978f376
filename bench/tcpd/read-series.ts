import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Width } from '../../plugins/analysis_changepoint/cycles.ts';
import type { Annotation } from './score.ts';

/** A series of the Turing change point data with what people made of it. */
export interface AnnotatedSeries {
  readonly name: string;
  readonly n: number;
  /** One array per dimension; a missing value is that before it. */
  readonly dimensions: readonly Float64Array[];
  /** Dates or instants as a table writes them, one per place; empty where the file gives none. */
  readonly times: readonly string[];
  /** Undefined where the file gives no times. */
  readonly width: Width | undefined;
  readonly annotations: readonly Annotation[];
}

interface SeriesFile {
  readonly n_obs: number;
  readonly time: { readonly format?: string; readonly raw?: readonly string[] };
  readonly series: readonly { readonly raw: readonly (number | null)[] }[];
}

/** All series of a folder `series/*.json` that `annotations.json` has annotations of, by name. */
export function readAnnotated(folder: string): AnnotatedSeries[] {
  const annotations = readJson<Record<string, Record<string, number[]>>>(join(folder, 'annotations.json'));
  const files = readdirSync(join(folder, 'series')).filter((file) => file.endsWith('.json'));
  return files.sort().flatMap((file) => {
    const name = file.slice(0, -'.json'.length);
    const own = annotations[name];
    if (own === undefined) return [];
    const { n_obs: n, time, series } = readJson<SeriesFile>(join(folder, 'series', file));
    const dimensions = series.map(({ raw }) => withoutGaps(raw));
    return [
      { name, n, dimensions, times: timesOf(time), width: widthOf(time), annotations: Object.values(own) },
    ];
  });
}

/** The published F1 and cover of the method that finds no change, by series. */
export function readPublishedZero(folder: string): ReadonlyMap<string, { f1: number; cover: number }> {
  const file = readJson<{
    methods: string[];
    f1: Record<string, number[]>;
    cover: Record<string, number[]>;
  }>(join(folder, 'published_default_scores.json'));
  const column = file.methods.indexOf('zero');
  return new Map(
    Object.keys(file.f1).map((name) => [
      name,
      { f1: file.f1[name]?.[column] ?? Number.NaN, cover: file.cover[name]?.[column] ?? Number.NaN },
    ]),
  );
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

function withoutGaps(raw: readonly (number | null)[]): Float64Array {
  let last = raw.find((value) => value !== null) ?? 0;
  return Float64Array.from(raw, (value) => {
    last = value ?? last;
    return last;
  });
}

/** Years and months by their first day. */
function timesOf({ raw = [] }: SeriesFile['time']): string[] {
  return raw.map((text) => text + (text.length === 4 ? '-01-01' : text.length === 7 ? '-01' : ''));
}

const DAY = 86_400_000;
const WIDTHS: readonly (readonly [days: number, width: Width])[] = [
  [0.00005, 'second'],
  [0.003, 'minute'],
  [0.5, 'hour'],
  [4, 'day'],
  [20, 'week'],
  [60, 'month'],
  [200, 'quarter'],
  [Infinity, 'year'],
];

/** From the median distance between the times. */
function widthOf({ raw = [] }: SeriesFile['time']): Width | undefined {
  const times = raw.map((text) => Date.parse(text.includes(':') ? `${text.replace(' ', 'T')}Z` : text));
  const steps = times.slice(1).map((time, i) => (time - (times[i] ?? 0)) / DAY);
  const sorted = steps.filter((step) => step > 0).sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1];
  return median === undefined ? undefined : WIDTHS.find(([days]) => median < days)?.[1];
}
