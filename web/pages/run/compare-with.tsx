import type { ListedRun, RunDetails } from '../../api/types.ts';
import { useResource } from '../../api/use-resource.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Time } from '../../components/shown.tsx';
import { Shown } from '../../components/states.tsx';
import { StatusBadge } from '../../components/status.tsx';

/** Which run to compare with: those of the same dataset first, then the newest of all. */
export function CompareWith({ run, onClose }: { readonly run: RunDetails; onClose(): void }) {
  const same = { dataset: run.dataset };
  return (
    <Dialog label="Compare with" onClose={onClose}>
      <div class="body stack">
        <h2>Compare with which run?</h2>
        <h3>
          Of <bdi>{run.dataset}</bdi>
        </h3>
        <Candidates run={run} asked={{ ...same, status: 'COMPLETED' }} onClose={onClose} />
        <Candidates run={run} asked={{ ...same, status: 'PARTIAL' }} onClose={onClose} />
        <h3>The newest of all datasets</h3>
        <Candidates run={run} asked={{ status: 'COMPLETED' }} onClose={onClose} />
        <div class="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </div>
    </Dialog>
  );
}

const MOST = 20;

function Candidates(props: {
  readonly run: RunDetails;
  readonly asked: { readonly dataset?: string; readonly status: ListedRun['status'] };
  onClose(): void;
}) {
  const { run, asked, onClose } = props;
  const query = new URLSearchParams({ ...asked, limit: String(MOST + 1) });
  const runs = useResource<{ readonly runs: readonly ListedRun[] }>(`/runs?${query}`);
  return (
    <Shown of={runs} what="the runs" lines={2}>
      {({ runs: all }) => {
        const others = all.filter(({ run_id }) => run_id !== run.run_id).slice(0, MOST);
        if (others.length === 0) return <p class="quiet">No other run is {asked.status}.</p>;
        return (
          <ul class="choices">
            {others.map((one) => (
              <li key={one.run_id}>
                <a href={`/compare/${one.run_id}/${run.run_id}`} onClick={onClose}>
                  <code>{one.run_id.slice(0, 8)}</code> <bdi>{one.dataset}</bdi>
                </a>{' '}
                <Time at={one.created_at} /> <StatusBadge status={one.status} />
              </li>
            ))}
          </ul>
        );
      }}
    </Shown>
  );
}
