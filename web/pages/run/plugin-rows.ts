import type {
  PluginEntry,
  RunDetails,
  RunTimeline,
  ShownReport,
  TimelineBar,
  WhatRan,
} from '../../api/types.ts';
import { isUnderWay } from '../../components/status.tsx';

/** A plugin of a run: how it stands or ended, and what is known of it. */
export interface PluginRow {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  /** How it ended; `waiting` or `executing` while the run is under way, `broken_off` where it ended in the middle. */
  readonly status: string;
  readonly status_words: string;
  readonly reason: string;
  readonly findings: number | null;
  readonly version: string;
  readonly duration_ms: number | null;
  readonly peak_memory_bytes: number | null;
  readonly output_sha256: string | null;
  readonly reused_from: string | null;
  readonly hasLog: boolean;
}

/** What the routes know of a run's plugins: of its report, once there is one. */
export interface Known {
  readonly run: RunDetails;
  readonly report: ShownReport | undefined;
  readonly ran: WhatRan | undefined;
  readonly timeline: RunTimeline;
  /** Milliseconds since a run was asked for that is under way. */
  readonly elapsed: number | null;
  readonly installed: readonly PluginEntry[];
}

/** Every plugin that a run has heard of, in the order in which it heard of them; those of a finished run by id. */
export function pluginRows(known: Known): PluginRow[] {
  const { run, report, ran, timeline, installed } = known;
  const bars = Map.groupBy(timeline.plugins, ({ what }) => what);
  const ended = new Map(run.executions.map((execution) => [execution.plugin_id, execution]));
  const told = new Map([...installed, ...(report?.plugins ?? [])].map((plugin) => [plugin.id, plugin]));
  const shown = new Map(report?.plugins.map((plugin) => [plugin.id, plugin]));
  const recorded = new Map(ran?.manifest.plugins.map((plugin) => [plugin.id, plugin]));
  const outputs = new Map(run.artifacts.map(({ path, sha256 }) => [path, sha256]));
  const ids = run.manifest_sha256 === null ? new Set([...bars.keys(), ...ended.keys()]) : ended.keys();
  return Array.from(ids, (id) => {
    const own = bars.get(id) ?? [];
    const state = stateOf(own, isUnderWay(run));
    const end = state === undefined ? ended.get(id) : undefined;
    const status = state?.status ?? end?.status ?? own.at(-1)?.detail ?? '';
    return {
      ...{ id, status, reason: state?.reason ?? end?.reason ?? '' },
      title: told.get(id)?.title || id,
      question: told.get(id)?.question ?? '',
      status_words: shown.get(id)?.status_words ?? outcomeWords(status),
      findings: shown.get(id)?.findings ?? null,
      version: recorded.get(id)?.version ?? '',
      duration_ms: recorded.get(id)?.duration_ms ?? tookSoFar(own, known.elapsed),
      peak_memory_bytes: recorded.get(id)?.peak_memory_bytes ?? null,
      output_sha256: outputs.get(`results/${id}.json`) ?? null,
      reused_from: end?.reused_from_run ?? null,
      hasLog: end?.log !== undefined || outputs.has(`logs/${id}.log`),
    };
  });
}

/** An outcome before the report has words for it. */
export function outcomeWords(status: string): string {
  return status === 'ok' ? 'done' : status.replaceAll('_', ' ');
}

/** How a plugin stands that has not ended: its last bar is open. */
function stateOf(
  bars: readonly TimelineBar[],
  isOpen: boolean,
): { readonly status: string; readonly reason: string } | undefined {
  const last = bars.at(-1);
  if (last === undefined || last.to_ms !== null) return undefined;
  if (!isOpen) return { status: 'broken_off', reason: 'It had not ended when the run did.' };
  if (last.kind === 'executing') return { status: 'executing', reason: '' };
  return { status: 'waiting', reason: last.detail === '' ? '' : `for ${last.detail}` };
}

function tookSoFar(bars: readonly TimelineBar[], elapsed: number | null): number | null {
  const last = bars.findLast(({ kind }) => kind === 'executing');
  const end = last?.to_ms ?? elapsed;
  return last === undefined || end === null ? null : Math.max(0, end - last.from_ms);
}
