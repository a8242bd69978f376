import { address } from '../../api/client.ts';
import type { PluginEntry, RunDetails, RunTimeline, ShownReport, WhatRan } from '../../api/types.ts';
import { dataOf, useResource } from '../../api/use-resource.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Choice } from '../../components/fields.tsx';
import { useFilters } from '../../components/filters.tsx';
import { Hash } from '../../components/hash.tsx';
import { bytesText, countText, durationText } from '../../components/shown.tsx';
import { Empty, Shown } from '../../components/states.tsx';
import { isUnderWay, OutcomeBadge } from '../../components/status.tsx';
import { type PluginRow, pluginRows } from './plugin-rows.ts';
import type { TabProps } from './tab-props.ts';
import { useElapsed } from './use-progress.ts';
import { useTimeline } from './use-timeline.ts';

/**
 * Every plugin of the run: how it stands while the run is under way, how it ended and why, what it took, the hash of what
 * it gave, its log.
 */
export function PluginsTab({ run }: TabProps) {
  return (
    <Shown of={useTimeline(run)} what="the plugins" lines={8}>
      {(timeline) => <Plugins run={run} timeline={timeline} />}
    </Shown>
  );
}

function Plugins({ run, timeline }: TabProps & { readonly timeline: RunTimeline }) {
  const rows = usePluginRows(run, timeline);
  const { filters, set } = useFilters();
  if (rows.length === 0)
    return isUnderWay(run) ? (
      <Empty title="No plugin has begun yet">
        <p>The table is read first. Each plugin appears here when its turn comes.</p>
      </Empty>
    ) : (
      <Empty title="No plugin had begun when the run ended" />
    );
  const statuses = Array.from(new Map(rows.map(({ status, status_words }) => [status, status_words])));
  const chosen = filters['status'] ?? '';
  const shown = rows.filter(({ status }) => chosen === '' || status === chosen);
  return (
    <div class="stack">
      <search class="filters">
        <Choice
          label="Outcome"
          auto="any"
          value={chosen}
          options={statuses}
          onChange={(status) => set({ status })}
        />
        <p class="quiet small told-count" aria-live="polite">
          {countText(shown.length, 'plugin', 'plugins')}
          {run.disabled_plugins.length > 0 && `; disabled: ${run.disabled_plugins.join(', ')}`}
        </p>
      </search>
      <DataTable
        caption="Every plugin of this run and how it stands or ended"
        rows={shown}
        keyOf={({ id }) => id}
        columns={columnsOf(run)}
      />
    </div>
  );
}

/** Of a run without a result, nothing is known but how each stands and how long it took. */
function columnsOf(run: RunDetails): readonly Column<PluginRow>[] {
  const hasResult = run.manifest_sha256 !== null;
  const log: Column<PluginRow> = {
    head: 'Log',
    cell: ({ hasLog, id }) =>
      hasLog ? <a href={address(`/runs/${run.run_id}/log/${id}`)}>log</a> : <span class="quiet">empty</span>,
  };
  return hasResult ? [...HOW_IT_STANDS, ...WHAT_IT_GAVE, log] : [...HOW_IT_STANDS, log];
}

const HOW_IT_STANDS: readonly Column<PluginRow>[] = [
  {
    head: 'Plugin',
    cell: ({ id, title, question }) => (
      <div id={id}>
        <span class="any" title={question}>
          {title}
        </span>
        {title !== id && (
          <>
            <br />
            <code class="quiet">{id}</code>
          </>
        )}
      </div>
    ),
  },
  {
    head: 'Outcome',
    cell: ({ status, status_words, reason, reused_from }) => (
      <>
        <OutcomeBadge status={status} words={status_words} />
        {reused_from !== null && (
          <div class="small quiet nowrap">
            from run <a href={`/runs/${reused_from}`}>{reused_from.slice(0, 8)}</a>
          </div>
        )}
        {reason !== '' && <div class="small any reason">{reason}</div>}
      </>
    ),
  },
  { head: 'Took', num: true, cell: ({ duration_ms }) => durationText(duration_ms) },
];

const WHAT_IT_GAVE: readonly Column<PluginRow>[] = [
  { head: 'Findings', num: true, cell: ({ findings }) => findings ?? '' },
  {
    head: 'Memory',
    num: true,
    cell: ({ peak_memory_bytes }) => (peak_memory_bytes === null ? '–' : bytesText(peak_memory_bytes)),
  },
  { head: 'Version', cell: ({ version }) => version },
  {
    head: 'Output',
    cell: ({ output_sha256, id }) =>
      output_sha256 === null ? (
        <span class="quiet">none</span>
      ) : (
        <Hash value={output_sha256} what={`the hash of the result of ${id}`} />
      ),
  },
];

function usePluginRows(run: RunDetails, timeline: RunTimeline): readonly PluginRow[] {
  const hasResult = run.manifest_sha256 !== null;
  const ofResult = (path: string) => (hasResult ? `/runs/${run.run_id}/${path}` : null);
  const report = dataOf(useResource<ShownReport>(ofResult('findings')));
  const ran = dataOf(useResource<WhatRan>(ofResult('what-ran')));
  const installed = dataOf(
    useResource<{ readonly plugins: readonly PluginEntry[] }>(hasResult ? null : '/plugins'),
  );
  const elapsed = useElapsed(isUnderWay(run) ? run.created_at : null);
  return pluginRows({ run, report, ran, timeline, elapsed, installed: installed?.plugins ?? [] });
}
