import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding, Report } from '../../src/contract/index.ts';
import { measure } from '../measure.ts';
import type { AnnotatedSeries } from './read-series.ts';

/**
 * The places of the changes that a report claims, when a series goes through the command line as a CSV file with one row
 * per place: reading, types, the series by time, the tests, the ledger. For series of one dimension; undefined where
 * several rows are one stretch of the plugin, whose places are others then.
 */
export async function claimsOfRun(series: AnnotatedSeries): Promise<readonly number[] | undefined> {
  const folder = join(tmpdir(), 'stat-harness-bench', 'tcpd');
  const [csv, appdata, out] = ['series.csv', 'appdata', 'report'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(csv, csvOf(series));
  const roles = series.times.length > 0 ? 'measure=value,event_timestamp=time' : 'measure=value';
  const flags = [
    '--kind',
    'real',
    '--plugins',
    'analysis_changepoint',
    '--roles',
    roles,
    '--quiet',
    '--json',
  ];
  await measure(['bin/stat-harness.mjs', 'run', csv, ...flags, '--appdata', appdata, '--out', out]);
  const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report;
  const dates = report.findings.filter(isAboutValue).flatMap(({ items }) => items.map(dateOf));
  const places = dates.map((date) => placeOf(series, date));
  return places.includes(-1) ? undefined : places.sort((a, b) => a - b);
}

function csvOf({ dimensions, times, n }: AnnotatedSeries): string {
  const rows = Array.from({ length: n }, (_, i) => {
    const value = String(dimensions[0]?.[i]);
    return times.length > 0 ? `${times[i]},${value}` : value;
  });
  return `${[times.length > 0 ? 'time,value' : 'value', ...rows].join('\n')}\n`;
}

/** Of the values, not of how many rows there are. */
function isAboutValue({ kind, about }: Finding): boolean {
  return kind === 'change_points' && about.includes('value');
}

function dateOf({ fields }: Finding['items'][number]): string {
  return String(fields['date']?.value);
}

/** The first place that lies in the stretch: its time, or its row's number from 1. */
function placeOf({ times }: AnnotatedSeries, date: string): number {
  return times.length > 0 ? times.indexOf(date) : Number(date) - 1;
}
