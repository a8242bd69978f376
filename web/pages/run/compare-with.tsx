import type { ListedRun, RunDetails } from '../../api/types.ts';
import { useResource } from '../../api/use-resource.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Time } from '../../components/shown.tsx';
import { Empty, Shown } from '../../components/states.tsx';
import { StatusBadge } from '../../components/status.tsx';

/** Which run to compare with: those of the same dataset first. */
export function CompareWith({ run, onClose }: { readonly run: RunDetails; onClose(): void }) {
  const runs = useResource<{ readonly runs: readonly ListedRun[] }>('/runs?limit=100');
  return (
    <Dialog label="Compare with" onClose={onClose}>
      <div class="body stack">
        <h2>Compare with which run?</h2>
        <Shown of={runs} what="the runs">
          {({ runs: all }) => <Candidates run={run} all={all} onClose={onClose} />}
        </Shown>
        <div class="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </div>
    </Dialog>
  );
}

function Candidates(props: {
  readonly run: RunDetails;
  readonly all: readonly ListedRun[];
  onClose(): void;
}) {
  const { run, all, onClose } = props;
  const finished = all.filter(
    ({ run_id, status }) => run_id !== run.run_id && (status === 'COMPLETED' || status === 'PARTIAL'),
  );
  const isOfSame = ({ dataset }: ListedRun) => dataset === run.dataset;
  const shown = [...finished.filter(isOfSame), ...finished.filter((one) => !isOfSame(one))].slice(0, 30);
  if (shown.length === 0) return <Empty title="There is no other finished run" />;
  return (
    <ul class="choices">
      {shown.map((one) => (
        <li key={one.run_id}>
          <a href={`/compare/${one.run_id}/${run.run_id}`} onClick={onClose}>
            <code>{one.run_id.slice(0, 8)}</code> <bdi>{one.dataset}</bdi>
          </a>{' '}
          <Time at={one.created_at} /> <StatusBadge status={one.status} />
        </li>
      ))}
    </ul>
  );
}
