import type { Report } from '../../contract/index.ts';
import { issueWords } from '../known-issues/condition-words.ts';
import { findingsOf, OUTCOME_WORDS } from '../known-issues/result-words.ts';
import type { Outline } from '../outline.ts';
import { clipped, count } from '../words.ts';
import { md, table } from './escape.ts';

const MOST = 200;

/** What the run says of what was known before it; nothing where nothing was. */
export function knownIssuesSection({ known_issues }: Report, { entries }: Outline): string[] {
  if (known_issues.length === 0) return [];
  const rows = known_issues.slice(0, MOST).map((issue) => {
    const numbers = findingsOf(issue, entries).map(({ number }) => number);
    const findings = numbers.length === 0 ? '' : ` Finding ${numbers.join(', ')}.`;
    return [
      `**${OUTCOME_WORDS[issue.outcome]}**${issue.strict ? ' (strict)' : ''}`,
      md(clipped(issue.title, 200)),
      md(clipped(issueWords(issue.condition), 300)),
      `${md(clipped(issue.reason, 300))}.${findings}`,
    ];
  });
  const more = known_issues.length - MOST;
  return [
    '## Known issues',
    table(['This run', 'Known issue', 'Confirmed by', 'Why'], rows),
    ...(more > 0 ? [`${count(more, 'issue more is', 'issues more are')} in report.json.`] : []),
  ];
}
