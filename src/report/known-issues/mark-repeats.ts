import type { Finding, KnownIssue } from '../../contract/index.ts';
import { boundsOf, fitOf, isFit, isWhole } from './evaluate-issues.ts';

/**
 * Marks findings that repeat a known issue. One that the issue says must not be there is news, and is not marked.
 */
export function markRepeats(findings: readonly Finding[], issues: readonly KnownIssue[]): Finding[] {
  const expected = issues.filter(({ condition }) => boundsOf(condition).max > 0);
  return findings.map((finding) => {
    const fit = expected
      .filter(({ condition: { plugin, kind } }) => plugin === finding.plugin_id && kind === finding.kind)
      .map((issue) => ({ issue, fit: fitOf(issue.condition, finding) }))
      .filter((one) => isFit(one.fit));
    if (fit.length === 0) return finding;
    const repeats = { issues: fit.map(({ issue }) => issue.id), whole: fit.some((one) => isWhole(one.fit)) };
    return { ...finding, repeats };
  });
}
