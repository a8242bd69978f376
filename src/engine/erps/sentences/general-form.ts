import { nearest } from '../../../base/index.ts';
import type { FieldCondition, IssueCondition } from '../../../contract/index.ts';
import type { LoadedPlugin } from '../../../plugin-host/index.ts';
import { COMPARISON, COUNT, comparisonOf, countOf, NUMBER, unitOf } from './quantities.ts';

/** A sentence of the general form: read, or why not; undefined where it is not of that form. */
export type GeneralReading =
  | { readonly condition: IssueCondition }
  | { readonly problem: string }
  | undefined;

export const GENERAL_FORM =
  '[at least 1|at most 1|no|2 to 5] KIND [of PLUGIN] [where FIELD more than 20 h and FIELD is "TEXT" …]';

const SENTENCE = new RegExp(
  `^(?:(?<count>${COUNT})\\s+)?(?:findings?\\s+)?(?<kind>[a-z][a-z0-9]*(?:_[a-z0-9]+)+)(?:\\s+(?:of|by)\\s+(?<plugin>[a-z][a-z0-9_]*))?(?:\\s+where\\s+(?<where>.+))?$`,
);
const CLAUSE = new RegExp(
  `^(?<field>(?:target\\.)?[a-z][a-z0-9_]*)\\s*(?<compare>${COMPARISON})\\s*(?:"(?<quoted>[^"]*)"|(?<number>${NUMBER})(?:\\s*(?<unit>%|\\p{L}+))?|(?<word>[^\\s"]+))$`,
  'u',
);

/** Reads `at least 2 KIND of PLUGIN where FIELD > 20 h and FIELD contains "PAY"`. */
export function readGeneral(sentence: string, plugins: readonly LoadedPlugin[]): GeneralReading {
  const found = SENTENCE.exec(sentence)?.groups;
  if (found === undefined) return undefined;
  const { count, kind = '', plugin, where } = found;
  const owner = ownerOf(kind, plugin, plugins);
  if ('problem' in owner) return owner;
  const clauses = (where ?? '')
    .split(/\s+and\s+(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    .filter((clause) => clause !== '');
  const conditions = clauses.map(readClause);
  const wrong = clauses.find((_, i) => conditions[i] === undefined);
  if (wrong !== undefined) return { problem: `the kind ${kind} of ${owner.id}; not “${wrong}”` };
  const read = conditions.filter((one) => one !== undefined);
  return { condition: { plugin: owner.id, kind, where: read, count: countOf(count) } };
}

function ownerOf(
  kind: string,
  named: string | undefined,
  plugins: readonly LoadedPlugin[],
): { readonly id: string } | { readonly problem: string } {
  const tell = plugins
    .filter(({ manifest }) => manifest.finding_kinds.includes(kind))
    .map(({ manifest }) => manifest.id);
  const [only, ...others] = named === undefined ? tell : tell.filter((id) => id === named);
  if (only !== undefined && others.length === 0) return { id: only };
  if (only !== undefined)
    return { problem: `the kind ${kind}, which several plugins tell: add "of ${tell.join('" or "of ')}"` };
  const kinds = plugins.flatMap(({ manifest }) => manifest.finding_kinds);
  if (tell.length > 0)
    return { problem: `the kind ${kind}, which ${named} does not tell, but ${tell.join(', ')}` };
  const near = nearest(kind, kinds);
  return {
    problem: `“${kind}” as a kind of finding, but no plugin tells it${near === undefined ? '' : ` (perhaps ${near})`}`,
  };
}

function readClause(clause: string): FieldCondition | undefined {
  const found = CLAUSE.exec(clause.trim())?.groups;
  const is = comparisonOf(found?.['compare']);
  if (found === undefined || is === undefined) return undefined;
  const { field = '', quoted, number, unit: words = '', word = '' } = found;
  if (number === undefined)
    return ['=', '!=', 'contains'].includes(is) ? { field, is, value: quoted ?? word } : undefined;
  if (is === 'contains') return undefined;
  const unit = unitOf(words);
  return { field, is, value: Number(number), ...(unit !== undefined && { unit }) };
}
