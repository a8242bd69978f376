import { HarnessError } from '../../../base/index.ts';
import type { IssueCondition } from '../../../contract/index.ts';
import type { LoadedPlugin } from '../../../plugin-host/index.ts';
import { FORMS, patternOf, wordsOf } from './forms.ts';
import { GENERAL_FORM, readGeneral } from './general-form.ts';
import { COUNT, PERCENT_UNIT, quantity, TIME_UNIT } from './quantities.ts';

/**
 * Makes a sentence into the condition that it stands for, of what the plugins tell. Throws SH_ISSUE_SENTENCE with what was
 * understood and the nearest form: nothing is guessed.
 */
export function compileSentence(sentence: string, plugins: readonly LoadedPlugin[]): IssueCondition {
  const text = tidied(sentence);
  for (const form of FORMS) {
    const groups = patternOf(form).exec(text)?.groups;
    if (groups === undefined && !patternOf(form).test(text)) continue;
    const condition = { plugin: form.plugin, ...form.condition(groups ?? {}) };
    if (isTold(condition, plugins)) return condition;
    throw refusal(sentence, `a sentence about what ${form.plugin} tells, which is not there`, form.example);
  }
  const general = readGeneral(text, plugins);
  if (general !== undefined && 'condition' in general) return general.condition;
  throw refusal(
    sentence,
    general?.problem ?? understood(text),
    general === undefined ? nearestForm(text) : GENERAL_FORM,
  );
}

function tidied(sentence: string): string {
  return sentence.replace(/[“”„]/g, '"').replace(/\s+/g, ' ').trim().replace(/\.$/, '');
}

function isTold({ plugin, kind }: IssueCondition, plugins: readonly LoadedPlugin[]): boolean {
  return plugins.some(({ manifest }) => manifest.id === plugin && manifest.finding_kinds.includes(kind));
}

/** In quotes, or in capitals as codes are. */
const NAME = /"[^"]+"|\b[A-Z][A-Z0-9_]{2,}\b/;

/** The parts of a sentence that mean something by themselves. */
function understood(text: string): string {
  const pieces = [
    ...found(text, new RegExp(`^(?:${COUNT})\\b`, 'i'), 'how many'),
    ...found(text, new RegExp(quantity(`(?:${TIME_UNIT})\\b`), 'i'), 'a time'),
    ...found(text, new RegExp(quantity(PERCENT_UNIT), 'i'), 'a share'),
    ...found(text, NAME, 'a name'),
  ];
  return pieces.length === 0 ? 'nothing' : pieces.join(', ');
}

function found(text: string, pattern: RegExp, what: string): string[] {
  const [piece] = pattern.exec(text) ?? [];
  return piece === undefined ? [] : [`${what} (${piece})`];
}

/** Words that say nothing of what a sentence is about. */
const COMMON = new Set([
  'all',
  'the',
  'of',
  'is',
  'are',
  'it',
  'into',
  'no',
  'has',
  'than',
  'while',
  'what',
  'on',
  'once',
]);

const WORD_NUMBERS = [
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'twelve',
  'fifteen',
  'twenty',
  'thirty',
  'sixty',
];

/** What a sentence has in place of what is understood. */
function slips(text: string, missing: readonly string[]): string {
  const [number] = new RegExp(`\\b(?:${WORD_NUMBERS.join('|')})\\b`, 'i').exec(text) ?? [];
  return [
    ...(number === undefined ? [] : [`write numbers in digits, not “${number}”`]),
    ...(missing.length === 0 ? [] : [`missing in the sentence: “${missing.join('”, “')}”`]),
  ].join('; ');
}

/** Words beyond which so many are missing that it is another sentence. */
const MOST_MISSING = 2;

/**
 * The form that is about what a sentence is about, or that shares most words and kinds of values with it, and what the
 * sentence lacks of it; where none is near, the list of what can be said.
 */
function nearestForm(text: string): string {
  const said = new Set(text.toLowerCase().split(/[^a-z-]+/));
  const isTime = new RegExp(quantity(`(?:${TIME_UNIT})\\b`), 'i').test(text);
  const isShare = new RegExp(quantity(PERCENT_UNIT), 'i').test(text);
  const ranked = FORMS.map((form) => {
    const words = wordsOf(form).filter((word) => !COMMON.has(word));
    const shared = words.filter((word) => said.has(word)).length / words.length;
    const onTopic = form.topics.some((topic) => said.has(topic));
    const fitting = (form.form.includes('{time}') && isTime) || (form.form.includes('{percent}') && isShare);
    const naming = form.form.includes('{name}') && NAME.test(text);
    // a name or a unit alone says nothing of what a sentence is about
    const isNear = onTopic || shared >= 0.5 || (fitting && naming) || (shared > 0 && (fitting || naming));
    return { form, isNear, score: shared + (onTopic ? 1 : 0) + (fitting ? 0.5 : 0) + (naming ? 0.25 : 0) };
  }).sort((a, b) => b.score - a.score);
  const best = ranked.find(({ isNear }) => isNear);
  if (best === undefined) return `none is near; ${GENERAL_FORM}`;
  const missing = wordsOf(best.form).filter((word) => !said.has(word));
  const slip = slips(text, missing.length <= MOST_MISSING ? missing : []);
  return `${best.form.form} (such as: ${best.form.example})${slip === '' ? '' : `; ${slip}`}`;
}

function refusal(sentence: string, what: string, form: string): HarnessError {
  return new HarnessError('SH_ISSUE_SENTENCE', { sentence, understood: what, form });
}
