import { canonicalJson, HarnessError } from '../../base/index.ts';
import type { Erp, IssueCondition, KnownIssue, KnownIssueResult } from '../../contract/index.ts';
import type { App } from '../app.ts';
import { runPlugins } from '../plugins/run-plugins.ts';
import { checkIssues } from './check-issues.ts';
import { erpCalled } from './erp-of-dataset.ts';
import { saveErp } from './save-erp.ts';
import { compileSentence } from './sentences/compile-sentence.ts';

export interface AddIssueRequest {
  readonly erp: string;
  readonly sentence: string;
  /** The sentence, if left out. */
  readonly title?: string;
  readonly strict: boolean;
  /** The operator has seen the condition, and it is what he means. */
  readonly confirmed: boolean;
}

/** The issue that a sentence stands for, and whether it is kept. */
export interface AddedIssue {
  readonly erp: string;
  readonly issue: KnownIssue;
  readonly stored: boolean;
  /** The id of the issue of the ERP that says the same; null where there is none. */
  readonly same_as: string | null;
  /** What the newest run of the ERP says of it; null where the ERP has none. */
  readonly tried: (Pick<KnownIssueResult, 'outcome' | 'reason'> & { readonly run_id: string }) | null;
}

/** Compiles a sentence and tries it on the newest run; keeps the issue once it is confirmed. Throws SH_ERP_UNKNOWN, SH_ISSUE_SENTENCE. */
export async function addIssue(app: App, request: AddIssueRequest): Promise<AddedIssue> {
  const erp = erpCalled(app, request.erp);
  const { sentence, title = sentence, strict } = request;
  const condition = compileSentence(sentence, await runPlugins(app, [], { needed: [] }));
  const issue: KnownIssue = { id: idOf(title, erp), title, sentence, condition, strict };
  const same = erp.known_issues.find((known) => meaning(known.condition) === meaning(condition));
  const tried = await onNewestRun(app, erp.name, sentence);
  const stored = request.confirmed && same === undefined;
  if (stored) await saveErp(app, { ...erp, known_issues: [...erp.known_issues, issue] }, 'the known issue');
  return { erp: erp.name, issue, stored, same_as: same?.id ?? null, tried };
}

/** A condition that no run can decide is told. A run that can't be read is told, too, and is no reason to keep nothing. */
async function onNewestRun(app: App, erp: string, sentence: string): Promise<AddedIssue['tried']> {
  const [newest] = app.state.erpHistory.list(erp, 1);
  if (newest === undefined) return null;
  try {
    const { run_id, known_issues } = await checkIssues(app, { erp, run: newest.run_id, sentence });
    const [result] = known_issues;
    return result === undefined ? null : { run_id, outcome: result.outcome, reason: result.reason };
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return { run_id: newest.run_id, outcome: 'not_evaluated', reason: error.message };
  }
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400 };

/** A condition in one way of writing: times in seconds, texts in small letters, as they are compared. */
function meaning({ where, ...rest }: IssueCondition): string {
  const plain = where.map(({ value, unit, ...one }) => {
    const seconds = SECONDS[unit ?? ''];
    if (typeof value === 'string') return { ...one, value: value.toLowerCase() };
    return seconds === undefined
      ? { ...one, value, unit: unit ?? '' }
      : { ...one, value: value * seconds, unit: 's' };
  });
  return canonicalJson({ ...rest, where: plain });
}

/** `qemail-waits-more-than-20-hours`, with a number where there is one of that id. */
function idOf(title: string, { known_issues }: Erp): string {
  const words = title.toLowerCase().match(/[a-z0-9]+/g) ?? ['issue'];
  const short = words.join('-').slice(0, 60).replace(/-$/, '');
  const taken = new Set(known_issues.map(({ id }) => id));
  let id = short;
  for (let n = 2; taken.has(id); n++) id = `${short}-${n}`;
  return id;
}
