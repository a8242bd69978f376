import { bytesOf, type Markup } from './markup.ts';

/** One way to show an item, from the fullest to the leanest. */
export type Form<T> = (item: T, index: number) => Markup;

export interface Fitted {
  readonly shown: readonly Markup[];
  /** For each item shown, which form was taken: 0 is the fullest. */
  readonly forms: readonly number[];
  /** How many items at the end found no room in any form. */
  readonly omitted: number;
}

/**
 * Shows as many items as a budget of bytes allows, in order: each in the fullest form that still leaves room for the
 * leanest form of all that follow. `onShown` is told what was taken before the next item is made.
 */
export function fitWithin<T>(
  items: readonly T[],
  budget: number,
  forms: readonly Form<T>[],
  onShown: (markup: Markup) => void = () => {},
): Fitted {
  const leanest = forms.at(-1);
  if (leanest === undefined) return { shown: [], forms: [], omitted: items.length };
  const leanSizes = items.map((item, i) => bytesOf(leanest(item, i)));
  let leanRest = leanSizes.reduce((sum, size) => sum + size, 0);
  let room = budget;
  const shown: Markup[] = [];
  const taken: number[] = [];
  for (const [index, item] of items.entries()) {
    leanRest -= leanSizes[index] ?? 0;
    const choice = fullestThatFits(
      item,
      index,
      forms,
      Math.max(room - leanRest, leanSizes[index] ?? 0),
      room,
    );
    if (choice === undefined) break;
    room -= bytesOf(choice.markup);
    shown.push(choice.markup);
    taken.push(choice.form);
    onShown(choice.markup);
  }
  return { shown, forms: taken, omitted: items.length - shown.length };
}

function fullestThatFits<T>(
  item: T,
  index: number,
  forms: readonly Form<T>[],
  fair: number,
  room: number,
): { readonly markup: Markup; readonly form: number } | undefined {
  for (const [form, make] of forms.entries()) {
    const markup = make(item, index);
    if (bytesOf(markup) <= Math.min(fair, room)) return { markup, form };
  }
  return undefined;
}
