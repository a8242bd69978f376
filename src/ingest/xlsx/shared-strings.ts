import { isUtf8 } from 'node:buffer';
import type { PackagePart } from '../zip/open-package.ts';
import { bomb } from '../zip/refusals.ts';
import { unescapeText } from './escapes.ts';
import { readingPart } from './refusals.ts';
import { type StringStore, stringStore, TooMuchTextError } from './string-store.ts';
import { utf8Stream } from './utf8-stream.ts';
import { xmlScanner } from './xml-scanner.ts';
import { TEXT_FORM, textOf } from './xml-text.ts';

const NAMES = ['sst', 'si', 't', 'rPh'];
const [ITEM, TEXT, PHONETIC] = [1, 2, 3];
const MEMORY = 128 << 20;
const REWRITTEN = ~TEXT_FORM.wide;

/**
 * Reads the texts that the cells of all sheets share. Runs of rich text are joined, readings of East Asian text
 * (phonetic runs) are left out.
 */
export async function readSharedStrings(
  part: PackagePart | undefined,
  shownPath: string,
  spillPath: string,
): Promise<StringStore> {
  const store = stringStore(spillPath, MEMORY);
  if (part === undefined) return store;
  try {
    await readingPart(shownPath, part.name, async () => {
      const scanner = itemScanner(store);
      for await (const block of utf8Stream(part.stream())) scanner.write(block);
      scanner.end();
    });
    return store;
  } catch (error) {
    store.close();
    if (error instanceof TooMuchTextError)
      throw bomb(shownPath, `${part.name} holds more than 4 GiB of text`);
    throw error;
  }
}

/** Adds each item to the store; most are plain text, whose bytes are taken as they are. */
function itemScanner(store: StringStore) {
  let inText = false;
  let inPhonetic = false;
  return xmlScanner(NAMES, {
    open(element) {
      if (element === TEXT) inText = !inPhonetic;
      else if (element === PHONETIC) inPhonetic = true;
    },
    close(element) {
      if (element === TEXT) inText = false;
      else if (element === PHONETIC) inPhonetic = false;
      else if (element === ITEM) store.endText();
    },
    text(bytes, start, end, form) {
      if (!inText) return;
      if ((form & REWRITTEN) === 0 && (form === 0 || isUtf8(bytes.subarray(start, end)))) {
        store.append(bytes, start, end);
        return;
      }
      const text = Buffer.from(unescapeText(textOf(bytes, start, end, form)));
      store.append(text, 0, text.length);
    },
  });
}
