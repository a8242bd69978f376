import type { ShownIssue } from '../../../api/types.ts';
import { Badge } from '../../../components/status.tsx';

/** What was known before the run, and what the run says of it: first of all findings. */
export function KnownIssues({ issues }: { readonly issues: readonly ShownIssue[] }) {
  return (
    <section class="known" aria-labelledby="known-head">
      <h2 id="known-head">Known issues</h2>
      <ul>
        {issues.map((issue) => (
          <li key={issue.id}>
            <Badge
              status
              icon={
                issue.outcome === 'confirmed'
                  ? 'done'
                  : issue.outcome === 'not_evaluated'
                    ? 'info'
                    : 'warning'
              }
              tone={issue.outcome === 'confirmed' ? 'good' : issue.strict ? 'bad' : 'warn'}
              text={issue.outcome_words}
            />
            <div>
              <strong class="any">{issue.title}</strong>
              {issue.strict && <span class="quiet small"> strict</span>}
              <p class="any quiet small">
                {issue.condition}. {issue.reason}.{' '}
                {issue.findings.slice(0, 10).map(({ id, number }) => (
                  <span key={id}>
                    <a href={`?open=${number}`}>Finding {number}</a>{' '}
                  </span>
                ))}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
