import { md } from './escape.ts';

/** A list, or nothing where there is nothing. */
export function bullets(sentences: readonly string[]): string[] {
  return sentences.length === 0 ? [] : [sentences.map((sentence) => `- ${md(sentence)}`).join('\n')];
}

/** Sentences behind a word, or nothing where there is nothing. */
export function proviso(heading: string, sentences: readonly string[]): string[] {
  return sentences.every((sentence) => sentence === '') ? [] : [`${heading}: ${md(sentences.join(' '))}`];
}
