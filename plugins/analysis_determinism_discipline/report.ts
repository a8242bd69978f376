import { ACTIONABILITY, type Context, type DerivationHandle, type QueryHandle } from '../../src/sdk/index.ts';
import { type Checked, LACKS, type Lack, type PluginResult } from './check-claims.ts';

export interface Study {
  readonly ctx: Context;
  /** How many rows the run looks at, one row. */
  readonly rows: QueryHandle;
}

/** Most claims that stand as items. */
const MOST_ITEMS = 20;

/** How many claims there are and of which kinds, as metrics and a note. */
export function tellCounts(study: Study, results: readonly PluginResult[], claims: readonly Checked[]): void {
  const { ctx } = study;
  const findings = claims.filter(({ isItem }) => !isItem);
  const tested = findings.filter(({ how }) => how === 'tested');
  const counts = {
    analyses: results.length,
    claims: findings.length,
    items: claims.length - findings.length,
    tested: tested.length,
    replicated: tested.filter(({ isReplicated }) => isReplicated).length,
    counted: findings.filter(({ how }) => how === 'exact_count').length,
    modeled: findings.filter(({ basis }) => basis === 'MODELED').length,
    lacking: claims.filter(({ lacks }) => lacks.length > 0).length,
  };
  const numbers = countsOf(
    study,
    results.map(({ plugin_id }) => plugin_id),
    counts,
  );
  for (const name of Object.keys(counts)) ctx.metric(name, numbers.value(name));
  ctx.note(
    `Looked at: ${counts.claims} claims of ${counts.analyses} analyses with ${counts.items} items, before the control of false discoveries. ` +
      `${counts.tested} are tested (${counts.replicated} of them in two halves as well), ${counts.counted} are exact counts, ${counts.modeled} are modeled. ` +
      (counts.lacking === 0
        ? 'Each is labelled as its analysis is, and its number is one that a query or a derivation yields; each tested one cites an entry of the ledger.'
        : `What ${counts.lacking} of all lack is told.`),
  );
}

/** The claims that lack something, in one finding. */
export function reportLacks(study: Study, claims: readonly Checked[]): void {
  const { ctx } = study;
  const lacking = claims.filter(({ lacks }) => lacks.length > 0);
  if (lacking.length === 0) return;
  const analyses = [...new Set(lacking.map(({ plugin }) => plugin))];
  const numbers = countsOf(study, analyses, {
    lacking: lacking.length,
    claims: claims.length,
    analyses: analyses.length,
  });
  ctx.finding({
    kind: 'undisciplined_claims',
    title: 'Claims without what a claim must have: {lacking} of {claims}, items included',
    statement:
      'Not labelled or evidenced as they must be: {lacking} of {claims} claims and items; analyses that they are of: {analyses}. What they say may be right; it can not be defended as it stands.',
    fields: {
      lacking: numbers.value('lacking'),
      claims: numbers.value('claims'),
      analyses: numbers.value('analyses'),
    },
    estimate: { name: 'claims_that_lack_something', field: 'lacking' },
    target: {},
    how: 'exact_count',
    severity: 'serious',
    ranking: { effect: 1, reach: lacking.length / claims.length, actionability: ACTIONABILITY.log },
    items: groupsOf(lacking)
      .slice(0, MOST_ITEMS)
      .map(([lack, of]) => itemOf(study, lack, of)),
  });
}

/** By what they lack, analysis and kind; in the order of the claims. */
function groupsOf(lacking: readonly Checked[]): [Lack, readonly Checked[]][] {
  const all = lacking.flatMap((claim) => claim.lacks.map((lack) => ({ lack, claim })));
  const groups = Map.groupBy(all, ({ lack, claim }) => `${lack} ${claim.plugin} ${claim.kind}`);
  return [...groups.values()].flatMap((of) => {
    const [first] = of;
    return first === undefined ? [] : [[first.lack, of.map(({ claim }) => claim)]];
  });
}

function itemOf(study: Study, lack: Lack, of: readonly Checked[]) {
  const [first] = of;
  const plugin = first?.plugin ?? '';
  const numbers = countsOf(study, [plugin], { lacking: of.length });
  return {
    title: `${plugin}, ${first?.kind ?? ''}: {lacking} without ${lack}`,
    statement: `Claims or items of the kind ${first?.kind ?? ''}, of ${plugin}, of which each ${LACKS[lack]}: {lacking}.`,
    fields: { lacking: numbers.value('lacking') },
    estimate: { name: 'claims_that_lack_it', field: 'lacking' },
  };
}

/**
 * Counts of claims are computed from results of others, which no query shows: they are named instead. The rows that claims have
 * to be of are counted.
 */
function countsOf(
  { ctx, rows }: Study,
  analyses: readonly string[],
  values: Record<string, number>,
): DerivationHandle {
  return ctx.derivation({
    method: 'count over the results of other analyses, results/<id>.json of the run',
    parameters: { analyses },
    values,
    inputs: [rows],
  });
}
