import { useState } from 'preact/hooks';
import { post } from '../../api/client.ts';
import type { Problem } from '../../api/types.ts';
import { asProblem } from '../../api/use-resource.ts';
import { Empty, Failed } from '../../components/states.tsx';

/** A run in the trash: since when, and the way back out of it. */
export function TrashedRun(props: { readonly id: string; readonly problem: Problem; onTaken(): void }) {
  const { id, problem, onTaken } = props;
  const [failed, setFailed] = useState<Problem>();
  const [isAsked, setAsked] = useState(false);
  const takeOut = async () => {
    setAsked(true);
    setFailed(undefined);
    try {
      await post(`/runs/${id}/undelete`);
      onTaken();
    } catch (error) {
      setFailed(asProblem(error));
      setAsked(false);
    }
  };
  if (failed) return <Failed problem={failed} retry={takeOut} />;
  return (
    <Empty title={problem.detail}>
      <p>Every byte of it is kept: taken out, it is as it was.</p>
      <button type="button" class="primary" disabled={isAsked} onClick={takeOut}>
        {isAsked ? 'Taking it out …' : 'Take it out of the trash'}
      </button>
    </Empty>
  );
}
