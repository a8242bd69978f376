import { Empty } from '../../components/states.tsx';
import type { TabProps } from './tab-props.ts';

/** What to do about it. No analysis of this version makes recommendations: said, not hidden. */
export function RecommendationsTab({ run }: TabProps) {
  return (
    <Empty title="This run recommends nothing">
      <p>
        No analysis of this version makes recommendations. What can be acted on ranks higher among the{' '}
        <a href={`/runs/${run.run_id}/findings`}>findings</a>.
      </p>
    </Empty>
  );
}
