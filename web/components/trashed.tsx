import { useState } from 'preact/hooks';
import { post } from '../api/client.ts';
import type { Problem } from '../api/types.ts';
import { asProblem } from '../api/use-resource.ts';
import { Empty, Failed } from './states.tsx';

/** Something in the trash: since when, and the way back out of it. `path` is that of its route. */
export function Trashed(props: { readonly path: string; readonly problem: Problem; onTaken(): void }) {
  const { path, problem, onTaken } = props;
  const [failed, setFailed] = useState<Problem>();
  const [isAsked, setAsked] = useState(false);
  const takeOut = async () => {
    setAsked(true);
    setFailed(undefined);
    try {
      await post(`${path}/undelete`);
      onTaken();
    } catch (error) {
      setFailed(asProblem(error));
    }
    setAsked(false);
  };
  if (failed) return <Failed problem={failed} retry={takeOut} />;
  return (
    <Empty title={problem.detail}>
      <p>Every byte of it is kept: restored, it is as it was.</p>
      <p class="row">
        <button type="button" class="primary" disabled={isAsked} onClick={takeOut}>
          {isAsked ? 'Restoring …' : 'Restore'}
        </button>
        <a href="/trash">See the whole trash</a>
      </p>
    </Empty>
  );
}
