// Thrift's compact protocol, as far as the footer of a Parquet file needs it: structs come apart into fields whose
// values stay the bytes that they were, so that what nobody looks at is written again as it was read.
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md

/** Kinds of values. A boolean in a struct is told by its kind alone. */
export const KIND = {
  TRUE: 1,
  FALSE: 2,
  BYTE: 3,
  I16: 4,
  I32: 5,
  I64: 6,
  DOUBLE: 7,
  BINARY: 8,
  LIST: 9,
  STRUCT: 12,
};

/** A field of a struct: its value as bytes. */
export interface Field {
  readonly id: number;
  readonly kind: number;
  readonly value: Buffer;
}

const STOP = 0;
const NIBBLE = 15;

/** The fields of a struct that fills `bytes`. */
export function fieldsOf(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  pastStruct(bytes, 0, (field) => fields.push(field));
  return fields;
}

/** A struct of fields in ascending order of their ids. */
export function structOf(fields: readonly Field[]): Buffer {
  let last = 0;
  const parts = fields.flatMap(({ id, kind, value }) => {
    const step = id - last;
    last = id;
    const isShort = step > 0 && step <= NIBBLE;
    return [isShort ? Buffer.of((step << 4) | kind) : Buffer.concat([Buffer.of(kind), integer(id)]), value];
  });
  return Buffer.concat([...parts, Buffer.of(STOP)]);
}

/** The elements of a list, none of which is a boolean. */
export function elementsOf(list: Buffer): Buffer[] {
  const elements: Buffer[] = [];
  pastList(list, 0, (element) => elements.push(element));
  return elements;
}

/** A list of elements of one kind. */
export function listOf(kind: number, elements: readonly Buffer[]): Buffer {
  const { length } = elements;
  const head =
    length < NIBBLE
      ? Buffer.of((length << 4) | kind)
      : Buffer.concat([Buffer.of(0xf0 | kind), varint(BigInt(length))]);
  return Buffer.concat([head, ...elements]);
}

/** An integer of any width. */
export function integer(value: number): Buffer {
  const wide = BigInt(value);
  return varint(wide < 0n ? -2n * wide - 1n : 2n * wide);
}

/** The integer that `integer` wrote. */
export function integerIn(bytes: Buffer): number {
  const { value } = varintAt(bytes, 0);
  return Number(value & 1n ? -(value + 1n) / 2n : value / 2n);
}

/** Bytes, or a text of ASCII, with their length. */
export function binary(content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([varint(BigInt(bytes.length)), bytes]);
}

/** A number from 0 on, seven bits a byte, the lowest first. */
export function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.of(...bytes, Number(rest));
}

function varintAt(bytes: Buffer, from: number): { readonly value: bigint; readonly end: number } {
  let value = 0n;
  for (let at = from, shift = 0n; ; at++, shift += 7n) {
    const byte = bytes[at];
    if (byte === undefined) throw new Error('the metadata of a Parquet file breaks off');
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return { value, end: at + 1 };
  }
}

/** Where the value of a kind that begins at `at` ends. */
function pastValue(bytes: Buffer, at: number, kind: number): number {
  switch (kind) {
    case KIND.TRUE:
    case KIND.FALSE:
      return at;
    case KIND.BYTE:
      return at + 1;
    case KIND.I16:
    case KIND.I32:
    case KIND.I64:
      return varintAt(bytes, at).end;
    case KIND.DOUBLE:
      return at + 8;
    case KIND.BINARY: {
      const { value, end } = varintAt(bytes, at);
      return end + Number(value);
    }
    case KIND.LIST:
      return pastList(bytes, at);
    case KIND.STRUCT:
      return pastStruct(bytes, at);
    default:
      throw new Error(`the metadata of a Parquet file holds a value of kind ${kind}`);
  }
}

function pastStruct(bytes: Buffer, from: number, tell: (field: Field) => void = () => {}): number {
  let id = 0;
  for (let at = from; ; ) {
    const head = bytes[at] ?? STOP;
    if (head === STOP) return at + 1;
    const step = head >> 4;
    const kind = head & NIBBLE;
    const begin = step === 0 ? varintAt(bytes, at + 1).end : at + 1;
    id = step === 0 ? integerIn(bytes.subarray(at + 1, begin)) : id + step;
    at = pastValue(bytes, begin, kind);
    tell({ id, kind, value: bytes.subarray(begin, at) });
  }
}

function pastList(bytes: Buffer, from: number, tell: (element: Buffer) => void = () => {}): number {
  const head = bytes[from] ?? 0;
  const isLong = head >> 4 === NIBBLE;
  const long = isLong ? varintAt(bytes, from + 1) : { value: BigInt(head >> 4), end: from + 1 };
  let at = long.end;
  for (let left = long.value; left > 0n; left--) {
    const begin = at;
    at = pastValue(bytes, begin, head & NIBBLE);
    tell(bytes.subarray(begin, at));
  }
  return at;
}
