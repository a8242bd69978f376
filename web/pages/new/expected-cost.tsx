import type { PlanSummary } from '../../api/types.ts';
import { countText, durationText } from '../../components/shown.tsx';

/** What the run will cost, as far as earlier runs on this machine tell, and what of it is there already. */
export function ExpectedCost({ plan }: { readonly plan: PlanSummary }) {
  const { reused, expected_ms, unknown } = plan.expected;
  const computed = plan.plugins.filter(({ will }) => will === 'run').length - reused.length;
  return (
    <p>
      {reused.length > 0 &&
        `${countText(reused.length, 'result is', 'results are')} there already and taken over. `}
      {computed === 0
        ? 'Nothing has to be computed.'
        : expected_ms === null
          ? `${countText(computed, 'plugin has', 'plugins have')} to be computed; no earlier run tells how long that takes.`
          : `${countText(computed, 'plugin has', 'plugins have')} to be computed: about ${durationText(expected_ms)} of executions, by earlier runs on this machine${unknown === 0 ? '' : `, and ${countText(unknown, 'plugin', 'plugins')} of which none tells`}.`}
    </p>
  );
}
