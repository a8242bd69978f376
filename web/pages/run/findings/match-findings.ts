import type { ShownFinding } from '../../../api/types.ts';

type Filters = Readonly<Record<string, string>>;

/** What findings can be filtered by, besides words. */
const BY: readonly {
  readonly key: string;
  readonly label: string;
  readonly all: string;
  of(finding: ShownFinding): readonly { readonly value: string; readonly text: string }[];
}[] = [
  {
    key: 'severity',
    label: 'Severity',
    all: 'any',
    of: ({ severity, severity_words }) => [{ value: severity, text: severity_words }],
  },
  {
    key: 'basis',
    label: 'Basis',
    all: 'any',
    of: ({ basis }) => [{ value: basis.badge, text: basis.badge }],
  },
  {
    key: 'news',
    label: 'Known',
    all: 'new and known',
    of: ({ news }) => [{ value: news, text: { new: 'new', part: 'known in part', known: 'known' }[news] }],
  },
  {
    key: 'plugin',
    label: 'Analysis',
    all: 'any',
    of: ({ plugin_id, by }) => [{ value: plugin_id, text: by }],
  },
  {
    key: 'target',
    label: 'About',
    all: 'anything',
    of: ({ targets }) =>
      targets.flatMap(({ value }) => value.split(', ').map((one) => ({ value: one, text: one }))),
  },
];

/** Choices that make a difference: filters of which the findings have more than one value. */
export function choicesOf(findings: readonly ShownFinding[]) {
  return BY.map(({ key, label, all, of }) => {
    const found = new Map(
      findings.flatMap(withAlso).flatMap((one) => of(one).map(({ value, text }) => [value, text])),
    );
    const options = Array.from(found, ([value, text]) => [value, text.slice(0, 60)] as const);
    if (key === 'plugin' || key === 'target') options.sort(([, a], [, b]) => (a < b ? -1 : 1));
    return { key, label, all, options };
  }).filter(({ options }) => options.length > 1);
}

/** Whether a finding, or one that tells the same, fits every filter. */
export function matches(finding: ShownFinding, filters: Filters): boolean {
  return withAlso(finding).some(
    (one) =>
      BY.every(({ key, of }) => !filters[key] || of(one).some(({ value }) => value === filters[key])) &&
      holdsWords(one, filters['find'] ?? ''),
  );
}

function withAlso(finding: ShownFinding): readonly ShownFinding[] {
  return [finding, ...finding.also];
}

function holdsWords({ number, title, statement, by }: ShownFinding, words: string): boolean {
  const text = `${number} ${title} ${statement} ${by}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
