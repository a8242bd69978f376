import { useEffect, useRef } from 'preact/hooks';
import type { RunDetails, RunTimeline } from '../../api/types.ts';
import { type Resource, useResource } from '../../api/use-resource.ts';
import { isUnderWay } from '../../components/status.tsx';

const FRESH_MS = 2000;

/** The timeline of a run: asked for again while the run goes on, and once more when it has ended. */
export function useTimeline(run: RunDetails): Resource<RunTimeline> {
  const { reload, ...timeline } = useResource<RunTimeline>(`/runs/${run.run_id}/timeline`);
  const isOpen = isUnderWay(run);
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current && !isOpen) reload();
    wasOpen.current = isOpen;
    if (!isOpen) return;
    const timer = setInterval(() => document.hidden || reload(), FRESH_MS);
    return () => clearInterval(timer);
  }, [isOpen, reload]);
  if (!isOpen || timeline.state !== 'ready') return timeline;
  // That the program does not answer is said where the run is followed.
  const { lost: _said, ...known } = timeline;
  return known;
}
