import { useCallback, useEffect, useState } from 'preact/hooks';
import { get, NO_ANSWER } from '../../api/client.ts';
import { pageWords } from '../../api/page-words.ts';
import type { Problem, RunWatch } from '../../api/types.ts';
import { asProblem } from '../../api/use-resource.ts';
import { Page } from '../../components/page.tsx';
import { Failed, Notice } from '../../components/states.tsx';
import { mayBeHeardOf } from './begun-here.ts';
import { LiveRun } from './live-run.tsx';

const PAUSE_MS = 1000;

/**
 * A run that is not recorded: its file is being read, or nothing is known of it. Once it is recorded, the page of a run
 * takes over.
 */
export function BeginningRun({ id, onRecorded }: { readonly id: string; onRecorded(): void }) {
  const [refused, setRefused] = useState<RunWatch>();
  const [failed, setFailed] = useState<Problem>();
  const ask = useCallback(
    async (isRefused: boolean) => {
      try {
        await get(`/runs/${id}`);
        onRecorded();
      } catch (error) {
        const problem = asProblem(error);
        // Not recorded yet, or the connection is tried again: the events tell.
        const mayCome =
          problem.code === 'SH_RUN_UNKNOWN'
            ? !isRefused || mayBeHeardOf(id)
            : problem.code === NO_ANSWER.code;
        if (!mayCome) setFailed(problem);
      }
    },
    [id, onRecorded],
  );
  useEffect(() => {
    const asking = setInterval(() => ask(false), PAUSE_MS);
    return () => clearInterval(asking);
  }, [ask]);
  const title = `Run ${id.slice(0, 8)}`;
  if (refused !== undefined)
    return (
      <Page title={title}>
        <Notice tone="bad">
          <p>
            <strong>The run did not begin.</strong> Nothing of it is left behind.
          </p>
          <p class="any">{pageWords(refused.reason)}</p>
        </Notice>
      </Page>
    );
  return (
    <Page title={title}>
      {failed === undefined ? (
        <LiveRun
          id={id}
          since={null}
          follower={{
            onStatus: (now) => {
              if (now.under_way) return;
              if (now.status === null) setRefused(now);
              else onRecorded();
            },
            onRefused: () => ask(true),
          }}
        />
      ) : (
        <Failed problem={failed} retry={onRecorded} />
      )}
    </Page>
  );
}
