import type { RecentRun } from '../../api/types.ts';
import { Breakable } from '../../components/breakable.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Hash } from '../../components/hash.tsx';
import { Icon } from '../../components/icon.tsx';
import { durationText, Time } from '../../components/shown.tsx';
import { Badge, StatusBadge } from '../../components/status.tsx';

/** Runs, the newest first, two lines each. */
export function RunsTable({ runs }: { readonly runs: readonly RecentRun[] }) {
  return (
    <DataTable
      caption="Recent runs, the newest first"
      rows={runs}
      keyOf={({ run_id }) => run_id}
      columns={[
        {
          head: 'Run',
          cell: ({ run_id, run_fingerprint, pinned }) => (
            <>
              <a href={`/runs/${run_id}`}>
                <code>{run_id.slice(0, 8)}</code>
              </a>
              {pinned !== null && (
                <span class="quiet" title="pinned">
                  {' '}
                  <Icon name="pin" size={12} />
                  <span class="unseen">pinned</span>
                </span>
              )}
              <div class="quiet small nowrap" title="Fingerprint: what decided the result">
                fp <Hash value={run_fingerprint} what="the fingerprint" />
              </div>
            </>
          ),
        },
        {
          head: 'Dataset and input',
          cell: ({ dataset, erp, inputs }) => (
            <>
              <a href={`/datasets/${encodeURIComponent(dataset)}`}>
                <Breakable name={dataset} />
              </a>
              {erp !== null && <span class="quiet"> {erp}</span>}
              <div class="quiet small nowrap">
                {inputs.slice(0, 2).map((input) => (
                  <Hash key={input} value={input} what="the hash of the input" />
                ))}
                {inputs.length > 2 && ` and ${inputs.length - 2} more`}
              </div>
            </>
          ),
        },
        {
          head: 'Status',
          cell: ({ status, reason, missing_plugins, looked_at, sample }) => (
            <>
              <span class="row">
                <StatusBadge status={status} />
                <Badge
                  text={looked_at}
                  tone={looked_at === 'FULL' ? '' : 'warn'}
                  {...(sample !== null && { title: `A share of ${sample.fraction} was looked at.` })}
                />
              </span>
              {missing_plugins.length > 0 ? (
                <div class="small warn missing">
                  missing: {missing_plugins.slice(0, 3).join(', ')}
                  {missing_plugins.length > 3 && ` and ${missing_plugins.length - 3} more`}
                </div>
              ) : (
                reason !== '' && <div class="small quiet missing">{reason}</div>
              )}
            </>
          ),
        },
        { head: 'Findings', num: true, cell: ({ findings }) => findings ?? '–' },
        {
          head: 'Took',
          num: true,
          cell: ({ duration_ms, ttfr_ms }) => (
            <>
              {durationText(duration_ms)}
              {ttfr_ms !== null && (
                <div class="quiet small" title="Time to the first result">
                  first {durationText(ttfr_ms)}
                </div>
              )}
            </>
          ),
        },
        {
          head: 'Repeatable',
          cell: ({ deterministic, why_not }) =>
            deterministic === null ? (
              <span class="quiet">–</span>
            ) : deterministic ? (
              <Badge icon="same" text="deterministic" title="The same question gives the same bytes." />
            ) : (
              <Badge icon="warning" tone="warn" text="may differ" title={why_not} />
            ),
        },
        { head: 'Asked for', cell: ({ created_at }) => <Time at={created_at} /> },
      ]}
    />
  );
}
