import { wholeNumber } from './number-text.ts';
import { textOf, XmlError } from './xml-text.ts';

/** The attributes of a start tag, as spans of `bytes`; reused for the next tag. */
export interface Attributes {
  bytes: Buffer;
  count: number;
  readonly nameStarts: Int32Array;
  readonly nameEnds: Int32Array;
  readonly valueStarts: Int32Array;
  readonly valueEnds: Int32Array;
}

const MOST = 128;

export function newAttributes(): Attributes {
  return {
    bytes: Buffer.alloc(0),
    count: 0,
    nameStarts: new Int32Array(MOST),
    nameEnds: new Int32Array(MOST),
    valueStarts: new Int32Array(MOST),
    valueEnds: new Int32Array(MOST),
  };
}

/** Throws `XmlError` where a tag has more attributes than any tag of a workbook. */
export function addAttribute(
  attributes: Attributes,
  nameStart: number,
  nameEnd: number,
  valueStart: number,
  valueEnd: number,
): void {
  const i = attributes.count++;
  if (i === MOST) throw new XmlError(`a tag has more than ${MOST} attributes`);
  attributes.nameStarts[i] = nameStart;
  attributes.nameEnds[i] = nameEnd;
  attributes.valueStarts[i] = valueStart;
  attributes.valueEnds[i] = valueEnd;
}

/** The ordinal of the attribute with this name, or -1. */
export function attributeIndex(attributes: Attributes, name: string): number {
  const { bytes } = attributes;
  for (let i = 0; i < attributes.count; i++) {
    const start = attributes.nameStarts[i] ?? 0;
    if ((attributes.nameEnds[i] ?? 0) - start !== name.length) continue;
    let at = 0;
    while (at < name.length && bytes[start + at] === name.charCodeAt(at)) at++;
    if (at === name.length) return i;
  }
  return -1;
}

/** The value of an attribute, or undefined. */
export function attributeText(attributes: Attributes, name: string): string | undefined {
  const i = attributeIndex(attributes, name);
  if (i === -1) return undefined;
  return textOf(attributes.bytes, attributes.valueStarts[i] ?? 0, attributes.valueEnds[i] ?? 0);
}

/** The value of an attribute as a whole number from 0; undefined where it is none. */
export function attributeNumber(attributes: Attributes, name: string): number | undefined {
  const i = attributeIndex(attributes, name);
  if (i === -1) return undefined;
  const value = wholeNumber(attributes.bytes, attributes.valueStarts[i] ?? 0, attributes.valueEnds[i] ?? 0);
  return value === -1 ? undefined : value;
}

/** An attribute of type boolean: `1`, `true`, `on`; false where it is missing. */
export function attributeFlag(attributes: Attributes, name: string): boolean {
  const text = attributeText(attributes, name);
  return text === '1' || text === 'true' || text === 'on';
}
