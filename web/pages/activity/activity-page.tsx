import { useEffect } from 'preact/hooks';
import type { Alert, RecentRuns } from '../../api/types.ts';
import { type Resource, useResource } from '../../api/use-resource.ts';
import { useFilters } from '../../components/filters.tsx';
import { Page } from '../../components/page.tsx';
import { Empty, Notice, Shown } from '../../components/states.tsx';
import { isUnderWay } from '../../components/status.tsx';
import { BeginningRuns } from './beginning-runs.tsx';
import { FILTERS, RunFilters } from './run-filters.tsx';
import { RunsTable } from './runs-table.tsx';

/** The recent runs: what goes on, what is done, and what needs a look. */
export function ActivityPage() {
  const { filters, set } = useFilters();
  const asked = new URLSearchParams(
    [...FILTERS, 'cursor'].flatMap((key) => (filters[key] ? [[key, filters[key]]] : [])),
  ).toString();
  const runs = useResource<RecentRuns>(`/runs${asked === '' ? '' : `?${asked}`}`, 'runs');
  useFresh(runs, runs.reload);
  const isEmpty = runs.state === 'ready' && runs.data.runs.length + runs.data.beginning.length === 0;
  return (
    <Page
      title="Activity"
      actions={
        <>
          <a class="button" href="/upload">
            Upload
          </a>
          <a class="button primary" href="/new">
            New run
          </a>
        </>
      }
    >
      <Alerts />
      {!(isEmpty && asked === '') && (
        <RunFilters filters={filters} set={(changes) => set({ ...changes, cursor: '' })} />
      )}
      <Shown of={runs} what="the recent runs" lines={10}>
        {({ runs: shown, beginning, next }) => (
          <div class="stack">
            <BeginningRuns runs={beginning} />
            {shown.length > 0 ? (
              <RunsTable runs={shown} />
            ) : (
              beginning.length === 0 && (
                <NoRuns isFiltered={asked !== ''} showAll={() => set(NOTHING_ASKED)} />
              )
            )}
            <nav class="row" aria-label="Pages of the list">
              {filters['cursor'] && (
                <button type="button" onClick={() => set({ cursor: '' })}>
                  Newest
                </button>
              )}
              {next !== null && (
                <button type="button" onClick={() => set({ cursor: next })}>
                  Older runs
                </button>
              )}
            </nav>
          </div>
        )}
      </Shown>
    </Page>
  );
}

const NOTHING_ASKED = Object.fromEntries([...FILTERS, 'cursor'].map((key) => [key, '']));

const OFTEN_MS = 2000;
const SELDOM_MS = 15_000;

/** Asks again from time to time while the page is seen: often while something is under way. */
function useFresh(runs: Resource<RecentRuns>, reload: () => void): void {
  const isBusy =
    runs.state === 'ready' && (runs.data.beginning.length > 0 || runs.data.runs.some(isUnderWay));
  useEffect(() => {
    const timer = setInterval(() => document.hidden || reload(), isBusy ? OFTEN_MS : SELDOM_MS);
    return () => clearInterval(timer);
  }, [isBusy, reload]);
}

function NoRuns({ isFiltered, showAll }: { readonly isFiltered: boolean; showAll(): void }) {
  if (isFiltered)
    return (
      <Empty title="No run fits these filters">
        <button type="button" onClick={showAll}>
          Show all runs
        </button>
      </Empty>
    );
  return (
    <Empty title="No run yet">
      <p>Upload a table (CSV, Excel, Parquet …), look at it, and run the analyses that fit.</p>
      <a class="button primary" href="/upload">
        Upload a file
      </a>
    </Empty>
  );
}

/** What is wrong, or soon may be; nothing where all is well. */
function Alerts() {
  const alerts = useResource<{ readonly alerts: readonly Alert[] }>('/alerts');
  if (alerts.state !== 'ready' || alerts.data.alerts.length === 0) return null;
  return (
    <section class="stack after" aria-label="Alerts">
      {alerts.data.alerts.map(({ about, kind, text, repair }) => (
        <Notice key={`${about} ${text}`} tone={kind === 'damage' ? 'bad' : 'warn'}>
          <p class="any">
            <strong>{kind === 'damage' ? 'Damage' : 'Warning'}:</strong> {text}
          </p>
          {repair !== '' && <p class="small any">{repair}</p>}
        </Notice>
      ))}
    </section>
  );
}
