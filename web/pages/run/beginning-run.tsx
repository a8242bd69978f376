import { useEffect, useState } from 'preact/hooks';
import { get } from '../../api/client.ts';
import type { Problem, RunWatch } from '../../api/types.ts';
import { Page } from '../../components/page.tsx';
import { Failed, Notice } from '../../components/states.tsx';
import { LiveRun } from './live-run.tsx';

const PAUSE_MS = 1000;
/** So long a run that was just begun may need to be heard of. */
const PATIENCE_MS = 20_000;

/** A run that is not recorded yet: its file is being read. Once it is, the page of a run takes over. */
export function BeginningRun(props: { readonly id: string; readonly problem: Problem; onRecorded(): void }) {
  const { id, problem, onRecorded } = props;
  const [refused, setRefused] = useState<RunWatch>();
  const [isHeard, setHeard] = useState(false);
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const late = setTimeout(() => setLate(true), PATIENCE_MS);
    const asking = setInterval(() => {
      get(`/runs/${id}`).then(onRecorded, () => undefined);
    }, PAUSE_MS);
    return () => {
      clearTimeout(late);
      clearInterval(asking);
    };
  }, [id, onRecorded]);
  const title = `Run ${id.slice(0, 8)}`;
  if (refused !== undefined)
    return (
      <Page title={title}>
        <Notice tone="bad">
          <p>
            <strong>The run did not begin.</strong> Nothing of it is left behind.
          </p>
          <p class="any">{refused.reason}</p>
        </Notice>
      </Page>
    );
  return (
    <Page title={title}>
      {isLate && !isHeard ? (
        <Failed problem={problem} retry={onRecorded} />
      ) : (
        <LiveRun
          id={id}
          since={null}
          onStatus={(now) => {
            setHeard(true);
            if (now.under_way) return;
            if (now.status === null) setRefused(now);
            else onRecorded();
          }}
        />
      )}
    </Page>
  );
}
