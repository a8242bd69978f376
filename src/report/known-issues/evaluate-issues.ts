import type {
  FieldCondition,
  FieldValue,
  Finding,
  FindingItem,
  IssueCondition,
  IssueOutcome,
  KnownIssue,
  KnownIssueResult,
  NotLookedFor,
  OutcomeStatus,
} from '../../contract/index.ts';
import { formatFieldValue } from '../format-value.ts';
import { count, statusWords } from '../words.ts';
import { fits, inUnit, saidBy } from './compare-field.ts';
import { conditionWords, countWords } from './condition-words.ts';

/** How a plugin of the run ended. */
interface Ended {
  readonly plugin_id: string;
  readonly status: OutcomeStatus;
  readonly reason: string;
  readonly not_looked_for?: readonly NotLookedFor[];
}

/** What fits of one finding: itself, and so many of its items. */
interface Fit {
  readonly finding: Finding;
  readonly itself: boolean;
  readonly items: number;
  /** Items that say what the condition asks for, whether they fit or not. */
  readonly asked: number;
}

const MOST_FINDINGS = 100;

/** What a run says of each known issue. `findings`: those of the report, in order of rank. */
export function evaluateIssues(
  issues: readonly KnownIssue[],
  findings: readonly Finding[],
  plugins: readonly Ended[],
): KnownIssueResult[] {
  return issues.map((issue) => ({ ...issue, ...evaluate(issue.condition, findings, plugins) }));
}

type Said = Pick<KnownIssueResult, 'outcome' | 'count' | 'reason' | 'findings'>;

function evaluate(condition: IssueCondition, findings: readonly Finding[], plugins: readonly Ended[]): Said {
  const why = whyNotRun(condition.plugin, plugins);
  if (why !== undefined) return notEvaluated(why);
  const ofKind = findings.filter(
    ({ plugin_id, kind }) => plugin_id === condition.plugin && kind === condition.kind,
  );
  const found = ofKind.map((finding) => fitOf(condition, finding)).filter(isFit);
  const number = found.reduce((sum, { items }) => sum + Math.max(1, items), 0);
  const unseen = whyNotLooked(condition, plugins);
  if (unseen.length > 0 && !isDecided(number, condition)) return notEvaluated(unseen.join(' '));
  const unsaid = ofKind.length > 0 ? unsaidField(condition, ofKind) : undefined;
  if (unsaid !== undefined) return notEvaluated(unsaid);
  const outcome = outcomeOf(number, condition);
  return {
    outcome,
    count: number,
    reason: reasonOf(outcome, number, condition, ofKind),
    findings: found.slice(0, MOST_FINDINGS).map(({ finding }) => finding.id),
  };
}

function notEvaluated(reason: string): Said {
  return { outcome: 'not_evaluated', count: null, reason, findings: [] };
}

function whyNotRun(plugin: string, plugins: readonly Ended[]): string | undefined {
  const ended = plugins.find(({ plugin_id }) => plugin_id === plugin);
  if (ended === undefined) return `${plugin} was not among the plugins of this run`;
  if (ended.status === 'ok') return undefined;
  const reason = ended.reason === '' ? '' : `: ${ended.reason}`;
  return ended.status === 'not_applicable'
    ? `${plugin} does not apply to this table${reason}`
    : `${plugin}: ${statusWords(ended.status)}${reason}`;
}

function whyNotLooked({ plugin, kind, where }: IssueCondition, plugins: readonly Ended[]): string[] {
  const ended = plugins.find(({ plugin_id }) => plugin_id === plugin);
  const texts = where.filter(({ value }) => typeof value === 'string');
  const isAbout = ({ kinds, fields, names }: NotLookedFor): boolean =>
    kinds.includes(kind) &&
    (fields === undefined || where.some(({ field }) => fields.includes(field))) &&
    (names === undefined || texts.length === 0 || texts.some((one) => fits(one, { value: names })));
  return (ended?.not_looked_for ?? []).filter(isAbout).map(({ reason }) => `${plugin}: ${reason}`);
}

/** Whether the outcome stays what it is, however many more there are that were not looked for. */
function isDecided(number: number, condition: IssueCondition): boolean {
  const { min, max } = boundsOf(condition);
  return number > max || (number >= min && max === Number.POSITIVE_INFINITY);
}

/** A field that no finding of the kind has: the condition asks for what is never told. */
function unsaidField(
  { where, plugin, kind }: IssueCondition,
  ofKind: readonly Finding[],
): string | undefined {
  const isSaid = ({ field }: FieldCondition): boolean =>
    ofKind.some((finding) =>
      [finding, ...finding.items].some((claim) => saidBy(claim, finding.target, field) !== undefined),
    );
  const unsaid = where.find((one) => !isSaid(one));
  if (unsaid === undefined) return undefined;
  const names = [...new Set(ofKind.flatMap(({ fields, target }) => Object.keys({ ...fields, ...target })))];
  return `no finding ${kind} of ${plugin} says ${unsaid.field}; they say ${names.sort().join(', ')}`;
}

/** Whether a finding repeats an issue: itself, or in some of its items. */
export function fitOf({ where }: IssueCondition, finding: Finding): Fit {
  const saysAll = (claim: FindingItem): boolean =>
    where.every(({ field }) => field.startsWith('target.') || Object.hasOwn(claim.fields, field));
  const asked = where.length === 0 ? [] : finding.items.filter(saysAll);
  const items = asked.filter((item) => fitsAll(where, item, finding)).length;
  return { finding, itself: fitsAll(where, finding, finding), items, asked: asked.length };
}

export function isFit({ itself, items }: Fit): boolean {
  return itself || items > 0;
}

/** True where the finding says nothing beside what fits. */
export function isWhole({ itself, items, asked }: Fit): boolean {
  return items === asked && (itself || asked > 0);
}

function fitsAll(where: readonly FieldCondition[], claim: FindingItem, { target }: Finding): boolean {
  return where.every((condition) => {
    const said = saidBy(claim, target, condition.field);
    return said !== undefined && fits(condition, said);
  });
}

/** Where neither bound is given, one is enough. */
export function boundsOf({ count: { min, max } }: IssueCondition): {
  readonly min: number;
  readonly max: number;
} {
  return { min: min ?? (max === undefined ? 1 : 0), max: max ?? Number.POSITIVE_INFINITY };
}

function outcomeOf(number: number, condition: IssueCondition): IssueOutcome {
  const { min, max } = boundsOf(condition);
  if (number > max) return 'over_limit';
  if (number >= min) return 'confirmed';
  return number === 0 ? 'missing' : 'below_min';
}

function reasonOf(
  outcome: IssueOutcome,
  number: number,
  condition: IssueCondition,
  ofKind: readonly Finding[],
): string {
  const expected = `expected: ${countWords(condition)}`;
  if (number > 0) return `${count(number, 'finding fits', 'findings fit')}; ${expected}`;
  if (ofKind.length === 0) return `nothing of the kind ${condition.kind} was found; ${expected}`;
  const nearest = outcome === 'missing' ? nearMiss(condition, ofKind) : '';
  return `${count(ofKind.length, 'finding', 'findings')} of the kind ${condition.kind}, none that fits${nearest}; ${expected}`;
}

/** Where all but one part of a condition fits, what that part is instead. */
function nearMiss({ where }: IssueCondition, ofKind: readonly Finding[]): string {
  for (const finding of ofKind) {
    for (const claim of [...finding.items, finding]) {
      const amiss = where.filter((one) => !fitsAll([one], claim, finding));
      const [only, ...more] = amiss;
      const said = only && saidBy(claim, finding.target, only.field);
      if (only === undefined || said === undefined || more.length > 0 || typeof only.value !== 'number')
        continue;
      if (Array.isArray(said.value)) continue;
      const others = where.filter((one) => one !== only).map((one) => conditionWords(one));
      const unlike = 'unit' in said && inUnit(1, only.unit, said.unit) === undefined;
      const where_ = others.length === 0 ? '' : ` where ${others.join(' and ')},`;
      const shown = formatFieldValue(said as FieldValue);
      return `;${where_} ${only.field} is ${shown}${unlike ? `, which can not be compared with ${only.unit}` : ''}`;
    }
  }
  return '';
}
