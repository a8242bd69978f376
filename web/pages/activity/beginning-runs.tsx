import { formatFieldValue } from '../../../src/report/format-value.ts';
import type { RecentRuns } from '../../api/types.ts';
import { Time } from '../../components/shown.tsx';
import { Badge } from '../../components/status.tsx';

/** Runs whose file is still being read. */
export function BeginningRuns({ runs }: { readonly runs: RecentRuns['beginning'] }) {
  if (runs.length === 0) return null;
  return (
    <ul class="card">
      {runs.map(({ run_id, begun_at, progress }) => (
        <li key={run_id} class="row">
          <Badge status icon="running" tone="accent" text="READING" />
          <a href={`/runs/${run_id}`}>
            <code>{run_id.slice(0, 8)}</code>
          </a>
          <span>
            {progress.stage}
            {progress.read !== null && `, ${formatFieldValue({ value: progress.read.rows })} rows`}
          </span>
          <span class="quiet">
            since <Time at={begun_at} seconds />
          </span>
        </li>
      ))}
    </ul>
  );
}
