import { html, type Markup } from './markup.ts';

/** A part of the page behind a summary, or open where it is short. */
export function folded(summary: string, open: boolean, body: Markup): Markup {
  return html`<details${open ? html` open=""` : ''}><summary>${summary}</summary><div class="in">${body}</div></details>`;
}
