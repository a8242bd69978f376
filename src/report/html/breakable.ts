import { breakPlaces } from '../break-places.ts';
import { html, type Markup } from './markup.ts';

/** A name whose line may be broken between its words; inside a word only where that is very long. */
export function breakable(name: string): Markup {
  return html`${breakPlaces(name).map((piece, i) => (i === 0 ? piece : html`<wbr>${piece}`))}`;
}
