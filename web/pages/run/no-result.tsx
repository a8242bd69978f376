import { pageWords } from '../../api/page-words.ts';
import type { RunDetails } from '../../api/types.ts';
import { Notice } from '../../components/states.tsx';

/** A run that ended without a report: why, and what can be done. */
export function NoResult({ run }: { readonly run: RunDetails }) {
  return (
    <div class="after">
      <Notice tone={run.status === 'CANCELLED' ? 'warn' : 'bad'}>
        <p>
          <strong>This run has no report: it ended as {run.status}.</strong>
        </p>
        {run.reason !== '' && <p class="any">{pageWords(run.reason)}</p>}
        <p>Resume takes up what was finished; the timeline and the plugins show how far it came.</p>
      </Notice>
    </div>
  );
}
