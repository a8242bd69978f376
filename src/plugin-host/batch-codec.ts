import type { Batch, BatchColumn } from '../sdk/index.ts';

/**
 * A batch as bytes: the length of a JSON header (4 bytes), the header, then each typed array at a multiple of 8.
 * Pure code: the host writes, the sandbox reads.
 */
interface Header {
  readonly request: number;
  readonly part: number;
  readonly rows: number;
  /** Byte lengths of the arrays, in order; the first are the row numbers. */
  readonly lengths: readonly number[];
  readonly columns: readonly { readonly name: string; readonly kind: BatchColumn['kind'] }[];
}

const align = (n: number) => (n + 7) & ~7;

/** A batch as the payload of a frame that answers request `request`. */
export function encodeBatch(request: number, batch: Batch): Uint8Array<ArrayBuffer> {
  const columns = Object.entries(batch.columns);
  const arrays: ArrayBufferView[] = [
    batch.rowNumbers,
    ...columns.flatMap<ArrayBufferView>(([, column]) => arraysOf(column)),
  ];
  const header: Header = {
    request,
    part: batch.part,
    rows: batch.rows,
    lengths: arrays.map((array) => array.byteLength),
    columns: columns.map(([name, column]) => ({ name, kind: column.kind })),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = align(4 + text.length);
  const payload = new Uint8Array(header.lengths.reduce((at, length) => at + align(length), start));
  new DataView(payload.buffer).setUint32(0, text.length, true);
  payload.set(text, 4);
  let at = start;
  for (const array of arrays) {
    payload.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += align(array.byteLength);
  }
  return payload;
}

/** The batch in a payload, without copying, and the request it answers. */
export function decodeBatch(payload: Uint8Array<ArrayBuffer>): { request: number; batch: Batch } {
  const headerLength = new DataView(payload.buffer, payload.byteOffset).getUint32(0, true);
  const header: Header = JSON.parse(new TextDecoder().decode(payload.subarray(4, 4 + headerLength)));
  let at = align(4 + headerLength);
  let ordinal = 0;
  const take: Take = (Type, width) => {
    const length = header.lengths[ordinal++] ?? 0;
    const array = new Type(payload.buffer, payload.byteOffset + at, length / width);
    at += align(length);
    return array;
  };
  const rowNumbers = take(BigInt64Array, 8);
  const columns: [string, BatchColumn][] = header.columns.map((c) => [c.name, columnOf(c.kind, take)]);
  const batch = { part: header.part, rows: header.rows, rowNumbers, columns: Object.fromEntries(columns) };
  return { request: header.request, batch };
}

type Take = <A>(Type: new (buffer: ArrayBuffer, at: number, length: number) => A, width: number) => A;

function arraysOf(column: BatchColumn): ArrayBufferView[] {
  switch (column.kind) {
    case 'int128':
      return [column.low, column.high, column.valid];
    case 'text':
      return [column.offsets, column.bytes, column.valid];
    default:
      return [column.values, column.valid];
  }
}

function columnOf(kind: BatchColumn['kind'], take: Take): BatchColumn {
  const valid = () => take(Uint8Array, 1);
  switch (kind) {
    case 'int64':
      return { kind, values: take(BigInt64Array, 8), valid: valid() };
    case 'int128':
      return { kind, low: take(BigUint64Array, 8), high: take(BigInt64Array, 8), valid: valid() };
    case 'float64':
      return { kind, values: take(Float64Array, 8), valid: valid() };
    case 'boolean':
      return { kind, values: take(Uint8Array, 1), valid: valid() };
    case 'text':
      return { kind, offsets: take(Uint32Array, 4), bytes: take(Uint8Array, 1), valid: valid() };
  }
}
