import { address } from '../../api/client.ts';
import type { RunDetails, ShownReport, WhatRan } from '../../api/types.ts';
import { useResource } from '../../api/use-resource.ts';
import { DataTable } from '../../components/data-table.tsx';
import { Choice } from '../../components/fields.tsx';
import { useFilters } from '../../components/filters.tsx';
import { Hash } from '../../components/hash.tsx';
import { bytesText, countText, durationText } from '../../components/shown.tsx';
import { Empty } from '../../components/states.tsx';
import { OutcomeBadge } from '../../components/status.tsx';
import type { TabProps } from './tab-props.ts';

interface PluginRow {
  readonly id: string;
  readonly title: string;
  readonly question: string;
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

/** Every plugin of the run: how it ended and why, what it took, the hash of what it gave, its log. */
export function PluginsTab({ run }: TabProps) {
  const hasResult = run.manifest_sha256 !== null;
  const report = useResource<ShownReport>(hasResult ? `/runs/${run.run_id}/findings` : null);
  const ran = useResource<WhatRan>(hasResult ? `/runs/${run.run_id}/what-ran` : null);
  const { filters, set } = useFilters();
  const rows = rowsOf(
    run,
    report.state === 'ready' ? report.data : undefined,
    ran.state === 'ready' ? ran.data : undefined,
  );
  if (rows.length === 0)
    return (
      <Empty title="No outcome is recorded yet">
        <p>
          Outcomes are recorded when the run ends. What executes now stands above, when each began and ended
          on the <a href={`/runs/${run.run_id}/timeline`}>timeline</a>.
        </p>
      </Empty>
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
        caption="Every plugin of this run and how it ended"
        rows={shown}
        keyOf={({ id }) => id}
        columns={[
          {
            head: 'Plugin',
            cell: ({ id, title, question }) => (
              <div id={id}>
                <span class="any" title={question}>
                  {title}
                </span>
                <br />
                <code class="quiet">{id}</code>
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
          { head: 'Findings', num: true, cell: ({ findings }) => findings ?? '' },
          { head: 'Took', num: true, cell: ({ duration_ms }) => durationText(duration_ms) },
          {
            head: 'Memory',
            num: true,
            cell: ({ peak_memory_bytes }) =>
              peak_memory_bytes === null ? '–' : bytesText(peak_memory_bytes),
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
          {
            head: 'Log',
            cell: ({ hasLog, id }) =>
              hasLog ? (
                <a href={address(`/runs/${run.run_id}/log/${id}`)}>log</a>
              ) : (
                <span class="quiet">empty</span>
              ),
          },
        ]}
      />
    </div>
  );
}

function rowsOf(run: RunDetails, report: ShownReport | undefined, ran: WhatRan | undefined): PluginRow[] {
  const told = new Map(report?.plugins.map((plugin) => [plugin.id, plugin]));
  const recorded = new Map(ran?.manifest.plugins.map((plugin) => [plugin.id, plugin]));
  const outputs = new Map(run.artifacts.map(({ path, sha256 }) => [path, sha256]));
  return run.executions.map(({ plugin_id: id, status, reason, reused_from_run, log }) => ({
    id,
    title: told.get(id)?.title ?? id,
    question: told.get(id)?.question ?? '',
    status,
    status_words: told.get(id)?.status_words ?? status.replaceAll('_', ' '),
    reason,
    findings: told.get(id)?.findings ?? null,
    version: recorded.get(id)?.version ?? '',
    duration_ms: recorded.get(id)?.duration_ms ?? null,
    peak_memory_bytes: recorded.get(id)?.peak_memory_bytes ?? null,
    output_sha256: outputs.get(`results/${id}.json`) ?? null,
    reused_from: reused_from_run,
    hasLog: log !== undefined || outputs.has(`logs/${id}.log`),
  }));
}
