import type { KnownIssueResult, Report } from '../../contract/index.ts';
import { anchorOf } from '../entries.ts';
import { issueWords } from '../known-issues/condition-words.ts';
import { findingsOf, OUTCOME_WORDS } from '../known-issues/result-words.ts';
import type { Outline } from '../outline.ts';
import { clipped, count } from '../words.ts';
import { fitWithin } from './fit.ts';
import { html, type Markup, NOTHING } from './markup.ts';

const MOST_LINKS = 10;

/** What the run says of what was known before it, an issue a row. */
export function knownIssuesSection({ known_issues }: Report, outline: Outline, budget: number): Markup {
  const { shown, omitted } = fitWithin(known_issues, budget, [(issue) => rowOf(issue, outline)]);
  const more =
    omitted > 0
      ? html`<p>${count(omitted, 'issue more is', 'issues more are')} in report.json.</p>`
      : NOTHING;
  return html`<div class="wide"><table><caption>What was known before this run</caption><thead><tr><th scope="col">This run</th><th scope="col">Known issue</th><th scope="col">Confirmed by</th><th scope="col">Why</th></tr></thead><tbody>${shown}</tbody></table></div>${more}`;
}

function rowOf(issue: KnownIssueResult, { entries }: Outline): Markup {
  const links = findingsOf(issue, entries)
    .slice(0, MOST_LINKS)
    .map((entry) => html` <a href="#${anchorOf(entry)}">Finding ${entry.number}</a>`);
  return html`<tr><th scope="row">${OUTCOME_WORDS[issue.outcome]}${issue.strict ? ' (strict)' : ''}</th><td><bdi>${clipped(issue.title, 200)}</bdi></td><td><bdi>${clipped(issueWords(issue.condition), 300)}</bdi></td><td><bdi>${clipped(issue.reason, 300)}.</bdi>${links}</td></tr>`;
}
