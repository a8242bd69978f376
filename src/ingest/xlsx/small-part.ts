import { SaxesParser } from 'saxes';
import { messageOf } from '../../base/index.ts';
import type { PackagePart } from '../zip/open-package.ts';
import { asDamaged } from './refusals.ts';
import { utf8Stream } from './utf8-stream.ts';
import { XmlError } from './xml-text.ts';

/** An element: its local name, the names of those around it, and its attributes by local name. */
export interface SmallElement {
  readonly name: string;
  readonly parents: readonly string[];
  readonly attributes: ReadonlyMap<string, string>;
}

const MOST_BYTES = 32 << 20;
const DEEPEST = 64;

/**
 * Visits the elements of one of a package's small parts (relationships, the list of sheets, styles). Document types
 * are refused. Throws `SH_INPUT_DAMAGED` for what isn't XML.
 */
export async function readSmallPart(
  part: PackagePart,
  shownPath: string,
  visit: (element: SmallElement) => void,
): Promise<void> {
  try {
    if (part.bytes > MOST_BYTES) throw new XmlError(`it is larger than ${MOST_BYTES >> 20} MiB`);
    const parser = smallParser(visit);
    const decoder = new TextDecoder('utf-8', { fatal: true });
    for await (const block of utf8Stream(part.stream()))
      parse(() => parser.write(decoder.decode(block, { stream: true })));
    parse(() => parser.write(decoder.decode()).close());
  } catch (error) {
    throw asDamaged(error, shownPath, part.name);
  }
}

function smallParser(visit: (element: SmallElement) => void) {
  const parser = new SaxesParser({ xmlns: true });
  const parents: string[] = [];
  parser.on('doctype', () => {
    throw new XmlError('it declares a document type, which no workbook does');
  });
  parser.on('opentag', (tag) => {
    if (parents.length === DEEPEST) throw new XmlError(`elements are nested more than ${DEEPEST} deep`);
    const attributes = new Map(Object.values(tag.attributes).map(({ local, value }) => [local, value]));
    visit({ name: tag.local, parents: [...parents], attributes });
    parents.push(tag.local);
  });
  parser.on('closetag', () => {
    parents.pop();
  });
  return parser;
}

/** The parser throws plain errors: all of them are about the XML. */
function parse(step: () => void): void {
  try {
    step();
  } catch (error) {
    throw error instanceof XmlError ? error : new XmlError(messageOf(error), { cause: error });
  }
}
