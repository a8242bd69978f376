import type { DerivedDefinition, RoleBinding } from '../../../contract/index.ts';
import { certainty, rounded } from '../fit.ts';
import { counts, quoted, type Source } from '../sql.ts';
import { of } from '../wording.ts';
import { readName } from '../words.ts';

const BOOKS = words(
  'accounting acct acctg accnt gl ledger fiscal booking posting posted close closing books buchungs buchung buchhaltung kontierung contable contabilidad comptable imputation',
);
const MONTHS = words('month mth mnth mon mo period prd pd periode cycle monat mes periodo mois');
const GERMAN = /^(buchungs?|abrechnungs?|abschluss|fibu)(monat|periode)$/;
/** Months of something else than the books. */
const OTHERS = words(
  'production prod service sales revenue delivery birth effective expiry expire expires from to start end begin since until through year quarter',
);

/** A row books into its month or one that lies up to three months back; now and then into the next. */
const NEAR = 'BETWEEN -1 AND 3';
const UNSURE = 0.45;
const NEARLY = 0.1;

/** The derived column that holds the accounting month: by its name, and by how near its months are to the rows' own time. */
export async function bindAccountingMonth(
  source: Source,
  derived: readonly DerivedDefinition[],
  /** The column of parameters and the one that says when a row was asked for, by their names in SQL. */
  { parameters, moment }: { readonly parameters: string | undefined; readonly moment: string | undefined },
  rows: number,
): Promise<RoleBinding[]> {
  const months = derived.filter(
    ({ kind, key, from }) => kind === 'month' && (key === null || from === parameters),
  );
  const judged = [];
  for (const month of months) judged.push(await judge(source, month, moment, rows));
  const [best, rival] = judged.sort((a, b) => b.confidence - a.confidence);
  if (best === undefined || best.confidence < 0.5) return [];
  const { name: _, ...binding } = best;
  if (rival === undefined || best.confidence - rival.confidence >= NEARLY) return [binding];
  const reasons = [...best.reasons, `${rival.name} would fit nearly as well`];
  return [{ ...binding, confidence: Math.min(best.confidence, UNSURE), reasons }];
}

async function judge(source: Source, month: DerivedDefinition, moment: string | undefined, rows: number) {
  const spoken = nameSays(month.name);
  const reasons = [
    ...(spoken > 0.2 ? [`the name "${month.name}" speaks for it`] : []),
    `${of(month.values, month.values + month.unparsed)} values are months`,
  ];
  let value = 0;
  let gate = isOther(month.name) ? 0.5 : 1;
  if (moment !== undefined) {
    const apart = `date_diff('month', ${month.sql}, CAST(${quoted(moment)} AS DATE))`;
    const found = await counts(source, {
      both: `count(${apart})`,
      near: `count(*) FILTER (WHERE ${apart} ${NEAR})`,
    });
    const [both, near] = [found.get('both') ?? 0, found.get('near') ?? 0];
    const share = both === 0 ? 0 : near / both;
    value = share >= 0.9 ? 0.6 * share : 0;
    gate *= both === 0 || share >= 0.9 ? 1 : share >= 0.5 ? 0.7 : 0.4;
    reasons.push(`${of(near, both)} lie from three months before ${moment} to one month after it`);
  }
  return {
    role: 'accounting_month',
    sql_name: month.sql_name,
    name: month.name,
    confidence: rounded(certainty({ name: spoken, value, gate }, rows)),
    source: 'inferred' as const,
    reasons,
  };
}

/** How much the name speaks for the month of the books, in [0, 1]. */
function nameSays(name: string): number {
  const { words: said } = readName(name);
  const has = (list: ReadonlySet<string>) => said.some((word) => list.has(word));
  if (said.some((word) => GERMAN.test(word))) return 0.95;
  if (has(BOOKS)) return has(MONTHS) && !has(OTHERS) ? 0.95 : 0.7;
  return has(MONTHS) && !has(OTHERS) ? 0.6 : 0.1;
}

/** Whether the name says that it is the month of something else. */
function isOther(name: string): boolean {
  const { words: said } = readName(name);
  return said.some((word) => OTHERS.has(word)) && !said.some((word) => BOOKS.has(word));
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}
