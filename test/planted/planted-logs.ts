import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { GroundTruth, Judged, Look } from '../../src/contract/index.ts';
import { SOUGHT } from '../../src/report/evaluate/sought.ts';
import { judge } from '../../src/report/index.ts';
import { type PlantSizes, processLogTable, type SyntheticTable } from '../../src/synth/index.ts';
import { root } from '../run/command.ts';
import { analyse } from './analyse.ts';
import { otherLog } from './other-log.ts';

/** Plants of one kind of log, all in one log. */
export interface PlantedLog {
  readonly make: (seed: string) => SyntheticTable;
  /** The same for each seed. */
  readonly plants: readonly string[];
}

/** A log of synth with effects of their default sizes, or larger where a log of so few rows has little of it. */
function synthLog(
  plants: PlantSizes,
  rows: number,
  more: { readonly servers?: number; readonly days?: number } = {},
): PlantedLog {
  return {
    plants: Object.keys(plants),
    make: (seed) => processLogTable({ seed, rows, plants, ...more }),
  };
}

/** What is planted together. Servers are given where the work does not decide how many there are. */
export const PLANTED_LOGS: Readonly<Record<string, PlantedLog>> = {
  'what the operator knows already': synthLog(
    { too_few_servers: true, frequent_notification_job: true },
    8000,
  ),
  'repetition, and a server with the long jobs': synthLog(
    { duplicate_reruns: true, failing_retries: true, unbatched_payouts: 0.6, heavy_server: true },
    10_000,
    { servers: 3 },
  ),
  'pile-ups': synthLog({ hour_pileup: true, user_monopoly: true }, 8000),
  'the close': synthLog(
    { close_slowdown: true, close_uplift: true, dependency_lag: true, slow_variant: true },
    12_000,
    { days: 124 },
  ),
  'over time': synthLog({ duration_drift: true, arrival_jump: true, clock_violations: 0.01 }, 12_000),
  'a job that waits for itself': synthLog({ capped_job: true }, 8000),
  'a slow server': synthLog({ slow_server: true }, 6000, { servers: 3 }),
  // another generator, other names, other shapes
  'another ERP': { make: otherLog, plants: [] },
  contention: synthLog({ close_contention: true }, 16_000, { servers: 3 }),
};

/** What was planted in a log, and what each plugin that looks for it says. */
export interface Planted {
  readonly seed: string;
  readonly judged: readonly Judged[];
}

/** Plugins of a kind of truth that are there. */
export function pluginsFor(kinds: readonly string[]): string[] {
  const ids = kinds.flatMap((kind) => (SOUGHT[kind] ?? []).map(({ plugin }) => plugin));
  return [...new Set(ids)].filter((id) => existsSync(join(root, 'plugins', id, 'plugin.json')));
}

/** A log through the plugins that look for what is planted in it, or through those that are named. */
export async function lookAt(log: PlantedLog, seed: string, plugins?: readonly string[]): Promise<Planted> {
  const table = log.make(seed);
  const ids = plugins ?? pluginsFor(table.plants.map(({ kind }) => kind));
  const { findings } = await analyse(table, seed, ids);
  const ran = ids.map((plugin_id) => ({ plugin_id, status: 'ok' as const, reason: '' }));
  const plants = [...table.plants];
  const truth: GroundTruth = { schema_version: 'ground_truth.v1', kind: 'synthetic', plants };
  const { expectations } = judge({ findings, metrics: {}, plugins: ran }, truth);
  return { seed, judged: expectations };
}

/** How often a plugin finds what was planted. */
export interface Recall {
  readonly plant: string;
  readonly plugin: string;
  readonly recall: number;
  /** `seed: what was missing or wrong`. */
  readonly missed: readonly string[];
}

/** By plant and plugin: a plant that several plugins look for has to be found by each of them. */
export function recallsOf(planted: readonly Planted[]): Recall[] {
  const seen = planted.flatMap(({ seed, judged }) =>
    judged
      .filter(({ expected }) => expected === 'found')
      .flatMap((one) => {
        const byPlugin = Map.groupBy(
          one.looks.filter(({ status }) => status !== 'did_not_run'),
          ({ plugin_id }) => plugin_id,
        );
        const plant = one.what.replace(/:.*/s, '');
        return [...byPlugin].map(([plugin, looks]) => ({ plant, plugin, seed, wrong: wrongIn(looks) }));
      }),
  );
  return [...Map.groupBy(seen, ({ plant, plugin }) => `${plant} ${plugin}`).values()].map((some) => {
    const missed = some.filter(({ wrong }) => wrong !== '').map(({ seed, wrong }) => `${seed}: ${wrong}`);
    const { plant = '', plugin = '' } = some[0] ?? {};
    return { plant, plugin, recall: 1 - missed.length / some.length, missed };
  });
}

/** What is wrong with what one plugin says of a plant; empty where it finds it. Of several ways any will do, of several targets each has to be told. */
function wrongIn(looks: readonly Look[]): string {
  const wrong = looks.filter(({ status }) => status !== 'found');
  return wrong
    .map(({ status, kinds, checks }) => {
      const off = checks.filter(({ holds }) => !holds);
      return `${kinds.join('/')} ${status.replace('_', ' ')}${off.map((one) => ` ${one.what} ${one.found}, expected ${one.expected} ${one.tolerance}`).join(',')}`;
    })
    .join('; ');
}

/** Traps that were named all the same. */
export function toldWrongly(planted: readonly Planted[]): string[] {
  return planted.flatMap(({ seed, judged }) =>
    judged
      .filter(({ status }) => status === 'told_wrongly')
      .map(
        ({ what, looks }) =>
          `seed ${seed}: ${what}: ${looks.flatMap(({ finding }) => finding?.title ?? []).join('; ')}`,
      ),
  );
}
