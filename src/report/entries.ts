import type { Finding, Report } from '../contract/index.ts';
import type { Group } from './group-findings.ts';

/** A claim as readers cite it: `3`, or `3.1` where it tells the same as 3 by other means. */
export interface Entry {
  readonly number: string;
  readonly finding: Finding;
  /** Those that tell the same, in order of rank, and what it is that they tell. */
  readonly also: readonly Entry[];
  readonly question?: Group['question'];
}

/** Claims in order of rank, each with those behind it that it leads. */
export function entriesOf({ groups }: Report, claims: readonly Finding[]): Entry[] {
  const byId = new Map(claims.map((finding) => [finding.id, finding]));
  const led = new Set(groups.flatMap(({ also }) => also));
  const groupOf = new Map(groups.map((group) => [group.leads, group]));
  return claims
    .filter(({ id }) => !led.has(id))
    .map((finding, i) => {
      const number = String(i + 1);
      const group = groupOf.get(finding.id);
      const also = (group?.also ?? []).flatMap((id) => byId.get(id) ?? []);
      return {
        number,
        finding,
        also: also.map((one, j) => ({ number: `${number}.${j + 1}`, finding: one, also: [] })),
        ...(group && { question: group.question }),
      };
    });
}

/** The anchor of an entry on the page. */
export function anchorOf({ number }: Entry): string {
  return `finding-${number.replace('.', '-')}`;
}

const ALSO: Readonly<Record<Group['question'], string>> = {
  relation: 'The same relation, also seen by',
  change: 'The same change, also seen by',
  extremes: 'The same values, also seen by',
};

/** What stands above those that tell the same. */
export function alsoWords({ question }: Entry): string {
  return question === undefined ? '' : `${ALSO[question]}:`;
}

/** The title of the analysis that made a claim. */
export function madeBy({ plugins }: Report, { plugin_id }: Finding): string {
  return plugins.find((plugin) => plugin.plugin_id === plugin_id)?.title ?? plugin_id;
}
