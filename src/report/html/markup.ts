import { escapeXml } from '../charts/clean-svg.ts';

/** HTML that is safe to stand in the page: made by `html`, or trusted by name. */
export interface Markup {
  readonly markup: string;
}

type Insert = Markup | string | number | null | undefined | false | readonly Insert[];

/** A template of HTML. Every text put in is escaped; only other markup goes in as it is. */
export function html(strings: TemplateStringsArray, ...inserts: readonly Insert[]): Markup {
  let markup = strings[0] ?? '';
  inserts.forEach((insert, i) => {
    markup += insertText(insert) + (strings[i + 1] ?? '');
  });
  return { markup };
}

/** Markup from elsewhere that was already cleaned: the page's own style, a drawing from `cleanSvg`. */
export function trusted(markup: string): Markup {
  return { markup };
}

export const NOTHING: Markup = { markup: '' };

/** Size in bytes of UTF-8. */
export function bytesOf(markup: Markup): number {
  return Buffer.byteLength(markup.markup, 'utf8');
}

function insertText(insert: Insert): string {
  if (insert === null || insert === undefined || insert === false) return '';
  if (typeof insert === 'string' || typeof insert === 'number') return escapeXml(String(insert));
  return isList(insert) ? insert.map(insertText).join('') : insert.markup;
}

function isList(insert: Markup | readonly Insert[]): insert is readonly Insert[] {
  return Array.isArray(insert);
}
