import { type Attributes, addAttribute, attributeText, newAttributes } from './xml-attributes.ts';
import { TEXT_FORM, XmlError } from './xml-text.ts';

/** What is made of the elements that go by. Each is known by its place in the list of names; -1 is any other. */
export interface XmlVisitor {
  open(element: number, attributes: Attributes): void;
  close(element: number): void;
  /** A stretch of text between two tags, or a CDATA section, to be read with `textOf`. */
  text(bytes: Buffer, start: number, end: number, form: number): void;
}

/** A scanner of one XML document that comes in stretches of UTF-8. */
export interface XmlScanner {
  write(bytes: Buffer): void;
  /** To be called behind the last stretch: throws where the document is not complete. */
  end(): void;
}

const MAIN_NAMESPACES = [
  'http://schemas.openxmlformats.org/spreadsheetml/2006/main',
  'http://purl.oclc.org/ooxml/spreadsheetml/main',
];
const DEEPEST = 64;
/** The longest cell has 32,767 characters: no tag and no text comes near this many bytes. */
const LONGEST_TOKEN = 1 << 20;
const INCOMPLETE = -1;

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const BANG = 33;
const DOUBLE = 34;
const AMPERSAND = 38;
const SINGLE = 39;
const SLASH = 47;
const LESS = 60;
const EQUALS = 61;
const GREATER = 62;
const QUESTION = 63;
const UNDERSCORE = 95;

/**
 * Scans the large parts of a workbook (sheets, shared strings), several times as fast as a general parser, because
 * nothing becomes a string unless it is asked for. `names` are the local names of the elements that matter, that of the
 * root first. Tags must match, document types are refused (and with them declared entities), and depth, attributes
 * and tokens have limits, so that what is held in memory has one too. Throws `XmlError`.
 */
export function xmlScanner(names: readonly string[], visitor: XmlVisitor): XmlScanner {
  const elements = elementNames(names);
  const attributes = newAttributes();
  const stack = new Int32Array(DEEPEST);
  let depth = 0;
  let root: 'awaited' | 'open' | 'closed' = 'awaited';
  let held: Buffer = Buffer.alloc(0);

  /** Handles all complete tokens of `bytes`; returns the position of the first that isn't. */
  function scan(bytes: Buffer): number {
    attributes.bytes = bytes;
    let at = 0;
    while (at < bytes.length) {
      const next = bytes[at] === LESS ? markup(bytes, at) : text(bytes, at);
      if (next === INCOMPLETE) break;
      at = next;
    }
    if (bytes.length - at > LONGEST_TOKEN) throw new XmlError('a tag or text is longer than any cell may be');
    return at;
  }

  function text(bytes: Buffer, start: number): number {
    let form = 0;
    for (let at = start; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === LESS) {
        if (depth > 0) visitor.text(bytes, start, at, form);
        else refuseTextOutside(bytes, start, at);
        return at;
      }
      if (byte > 127) form |= TEXT_FORM.wide;
      else if (byte === AMPERSAND) form |= TEXT_FORM.reference;
      else if (byte === UNDERSCORE) form |= TEXT_FORM.underscore;
      else if (byte === CR) form |= TEXT_FORM.return;
    }
    return INCOMPLETE;
  }

  function markup(bytes: Buffer, start: number): number {
    switch (bytes[start + 1]) {
      case undefined:
        return INCOMPLETE;
      case SLASH:
        return endTag(bytes, start);
      case QUESTION:
        return behind(bytes, '?>', start + 2);
      case BANG:
        return declaration(bytes, start);
      default:
        return startTag(bytes, start);
    }
  }

  function endTag(bytes: Buffer, start: number): number {
    let at = start + 2;
    while (at < bytes.length && bytes[at] !== GREATER) at++;
    if (at === bytes.length) return INCOMPLETE;
    let end = at;
    while (isBlank(bytes[end - 1])) end--;
    closeElement(elements.find(bytes, start + 2, end));
    return at + 1;
  }

  function closeElement(element: number): void {
    if (depth === 0 || stack[--depth] !== element) throw new XmlError('an end tag has no start tag');
    if (depth === 0) root = 'closed';
    visitor.close(element);
  }

  function startTag(bytes: Buffer, start: number): number {
    const nameEnd = endOfName(bytes, start + 1);
    const at = readAttributes(bytes, nameEnd, attributes);
    if (at === INCOMPLETE) return INCOMPLETE;
    if (depth === 0) openRoot(bytes, start + 1, nameEnd);
    if (depth === DEEPEST) throw new XmlError(`elements are nested more than ${DEEPEST} deep`);
    const element = elements.find(bytes, start + 1, nameEnd);
    stack[depth++] = element;
    visitor.open(element, attributes);
    if (bytes[at] === GREATER) return at + 1;
    closeElement(element);
    return at + 2;
  }

  /** Learns from the root which prefix the elements of a workbook have here. */
  function openRoot(bytes: Buffer, start: number, end: number): void {
    if (root === 'closed') throw new XmlError('it has a second root');
    root = 'open';
    const name = bytes.toString('latin1', start, end);
    const colon = name.indexOf(':');
    const declared = attributeText(attributes, colon === -1 ? 'xmlns' : `xmlns:${name.slice(0, colon)}`);
    const ours = declared === undefined ? colon === -1 : MAIN_NAMESPACES.includes(declared);
    if (!ours || name.slice(colon + 1) !== names[0]) throw new XmlError(`its root is not "${names[0]}"`);
    elements.setPrefix(name.slice(0, colon + 1));
  }

  function declaration(bytes: Buffer, start: number): number {
    const word = bytes.toString('latin1', start + 2, start + 9);
    if (word.startsWith('--')) return behind(bytes, '-->', start + 4);
    if (word === '[CDATA[') {
      const next = behind(bytes, ']]>', start + 9);
      if (next !== INCOMPLETE) visitor.text(bytes, start + 9, next - 3, TEXT_OF_CDATA);
      return next;
    }
    if ('[CDATA['.startsWith(word) || word === '-') return INCOMPLETE;
    throw new XmlError('it declares a document type, which no workbook does');
  }

  return {
    write(bytes) {
      const whole = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      held = Buffer.from(whole.subarray(scan(whole)));
    },
    end() {
      if (root !== 'closed') throw new XmlError('it ends in the middle');
      refuseTextOutside(held, 0, held.length);
    },
  };
}

const TEXT_OF_CDATA = TEXT_FORM.raw | TEXT_FORM.wide | TEXT_FORM.underscore;

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === LF || byte === CR || byte === TAB;
}

function endOfName(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== GREATER && bytes[at] !== SLASH && !isBlank(bytes[at])) at++;
  return at;
}

/** Reads the attributes of a start tag and returns where its `>` or `/>` stands. */
function readAttributes(bytes: Buffer, from: number, attributes: Attributes): number {
  let at = from;
  attributes.count = 0;
  for (;;) {
    while (isBlank(bytes[at])) at++;
    if (bytes[at] === GREATER) return at;
    if (at + 1 >= bytes.length) return INCOMPLETE;
    if (bytes[at] === SLASH && bytes[at + 1] === GREATER) return at;
    const nameStart = at;
    while (at < bytes.length && bytes[at] !== EQUALS && !isBlank(bytes[at])) at++;
    const nameEnd = at;
    while (isBlank(bytes[at])) at++;
    if (at >= bytes.length) return INCOMPLETE;
    if (bytes[at++] !== EQUALS || nameEnd === nameStart) throw new XmlError('an attribute has no value');
    while (isBlank(bytes[at])) at++;
    const quote = bytes[at];
    if (quote === undefined) return INCOMPLETE;
    if (quote !== DOUBLE && quote !== SINGLE) throw new XmlError('the value of an attribute has no quotes');
    const valueStart = ++at;
    while (at < bytes.length && bytes[at] !== quote) {
      if (bytes[at++] === LESS) throw new XmlError('the value of an attribute holds a "<"');
    }
    if (at === bytes.length) return INCOMPLETE;
    addAttribute(attributes, nameStart, nameEnd, valueStart, at++);
  }
}

/** The position behind the next `mark`. */
function behind(bytes: Buffer, mark: string, from: number): number {
  const found = bytes.indexOf(mark, from, 'latin1');
  return found === -1 ? INCOMPLETE : found + mark.length;
}

/** Outside of the root there may be nothing but blanks, and a byte order mark. */
function refuseTextOutside(bytes: Buffer, start: number, end: number): void {
  if (bytes.toString('utf8', start, end).trim() !== '') throw new XmlError('it is not XML');
}

/** The names that matter, to be found by their bytes. */
function elementNames(names: readonly string[]) {
  const oneLetter = new Int8Array(256).fill(-1);
  const longer: (readonly [number, Buffer])[] = [];
  let prefix = Buffer.alloc(0);
  names.forEach((name, element) => {
    if (name.length === 1) oneLetter[name.charCodeAt(0)] = element;
    else longer.push([element, Buffer.from(name)]);
  });
  return {
    setPrefix(text: string): void {
      prefix = Buffer.from(text);
    },
    find(bytes: Buffer, start: number, end: number): number {
      if (prefix.length > 0 && !standsAt(prefix, bytes, start)) return -1;
      const from = start + prefix.length;
      if (end - from === 1) return oneLetter[bytes[from] ?? 0] ?? -1;
      for (const [element, name] of longer) {
        if (name.length === end - from && standsAt(name, bytes, from)) return element;
      }
      return -1;
    },
  };
}

function standsAt(name: Buffer, bytes: Buffer, at: number): boolean {
  for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name[i]) return false;
  return true;
}
