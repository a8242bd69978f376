import type { Finding, IssueOutcome, KnownIssueResult, Report } from '../../contract/index.ts';
import type { Entry } from '../entries.ts';
import { count } from '../words.ts';

/** What an outcome says, for readers. */
export const OUTCOME_WORDS: Readonly<Record<IssueOutcome, string>> = {
  confirmed: 'confirmed',
  missing: 'not found',
  below_min: 'fewer than expected',
  over_limit: 'more than expected',
  not_evaluated: 'not evaluated',
};

/** `Of 3 known issues 2 are confirmed; …`; nothing where none is known. */
export function issuesSentence({ known_issues }: Report): string[] {
  if (known_issues.length === 0) return [];
  const confirmed = known_issues.filter(({ outcome }) => outcome === 'confirmed').length;
  const loud = known_issues.filter(({ strict, outcome }) => strict && outcome !== 'confirmed').length;
  const strict = loud === 0 ? '' : ` ${count(loud, 'strict one is', 'strict ones are')} not.`;
  return [
    `${confirmed} of ${count(known_issues.length, 'known issue', 'known issues')} ${confirmed === 1 ? 'is' : 'are'} confirmed.${strict} What repeats one stands behind what is new.`,
  ];
}

/** The findings that fit an issue, by the numbers that readers cite. */
export function findingsOf(issue: KnownIssueResult, entries: readonly Entry[]): Entry[] {
  const all = entries.flatMap((entry) => [entry, ...entry.also]);
  return issue.findings.flatMap((id) => all.find(({ finding }) => finding.id === id) ?? []);
}

/** That a finding is known already, or some of its items are; nothing where it is new. */
export function knownWords({ repeats }: Finding, { known_issues }: Report): string[] {
  if (repeats === undefined) return [];
  const titles = repeats.issues.map(
    (id) => `“${known_issues.find((issue) => issue.id === id)?.title ?? id}”`,
  );
  return [`${repeats.whole ? 'Known already' : 'Known already in part'}: ${titles.join(', ')}.`];
}
