import type { FileHandle } from 'node:fs/promises';
import { asDiskFull, changeFile } from '../../base/index.ts';
import {
  binary,
  elementsOf,
  type Field,
  fieldsOf,
  integer,
  integerIn,
  KIND,
  listOf,
  structOf,
  varint,
} from './compact-protocol.ts';

const NAME = 'row_number';
const MAGIC = 'PAR1';
/** Behind the footer: its length and the magic word. */
const TAIL = 8;

/** Numbers of Parquet's format: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift */
const INT64 = 2;
const REQUIRED = 0;
const UNCOMPRESSED = 0;
const DATA_PAGE = 0;
const DELTA_BINARY_PACKED = 5;
const LEVELS_RLE = 3;
const FILE = { SCHEMA: 2, ROW_GROUPS: 4, COLUMN_ORDERS: 7 };
const SCHEMA_ELEMENT = { TYPE: 1, REPETITION: 3, NAME: 4, CHILDREN: 5 };
const ROW_GROUP = { COLUMNS: 1, BYTES: 2, ROWS: 3, COMPRESSED_BYTES: 6 };

/**
 * Puts a column `row_number` in front of the columns of a Parquet file that DuckDB wrote: each row has its place, from 1.
 * DuckDB itself would number rows in one thread, which then reads and writes all of them. The numbers of a row group are
 * a few hundred bytes, put behind the data; the footer, which says where everything lies, is written anew behind them.
 */
export async function numberRows(path: string): Promise<void> {
  await changeFile(path, async (file) => {
    const { footer, end } = await footerOf(file, path);
    const numbers = numbersOf(footer, end);
    const renewed = withColumn(footer, numbers);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(renewed.length);
    const added = Buffer.concat([...numbers.map(({ page }) => page), renewed, length, Buffer.from(MAGIC)]);
    await writeAt(file, added, end).catch((error: unknown) => {
      throw asDiskFull(error, path);
    });
  });
}

/** The footer's fields, and where the data ends and it begins. */
async function footerOf(
  file: FileHandle,
  path: string,
): Promise<{ readonly footer: Field[]; readonly end: number }> {
  const { size } = await file.stat();
  const tail = await readAt(file, size - TAIL, TAIL);
  if (tail.toString('latin1', 4) !== MAGIC) throw new Error(`${path} does not end as a Parquet file`);
  const length = tail.readUInt32LE(0);
  const end = size - TAIL - length;
  return { footer: fieldsOf(await readAt(file, end, length)), end };
}

/** The numbers of the rows of one row group. */
interface Numbers {
  readonly rows: number;
  readonly first: number;
  readonly page: Buffer;
  /** Where the page begins in the file. */
  readonly at: number;
}

function numbersOf(footer: readonly Field[], from: number): Numbers[] {
  let before = 0;
  let at = from;
  return elementsOf(fieldValue(footer, FILE.ROW_GROUPS)).map((group) => {
    const rows = integerIn(fieldValue(fieldsOf(group), ROW_GROUP.ROWS));
    const numbers = { rows, first: before + 1, page: pageOf(before + 1, rows), at };
    before += rows;
    at += numbers.page.length;
    return numbers;
  });
}

/** How differences are packed: as DuckDB does it. A block whose differences are all alike has no bits for each. */
const BLOCK = 2048;
const MINIBLOCKS = 8;

/** A page of consecutive numbers: the first, and that each is one more than the one before. */
function pageOf(first: number, rows: number): Buffer {
  const head = [varint(BigInt(BLOCK)), varint(BigInt(MINIBLOCKS)), varint(BigInt(rows)), integer(first)];
  const block = Buffer.concat([integer(1), Buffer.alloc(MINIBLOCKS)]);
  const blocks = new Array<Buffer>(Math.ceil((rows - 1) / BLOCK)).fill(block);
  const content = Buffer.concat([...head, ...blocks]);
  const header = structOf([
    i32(1, DATA_PAGE),
    i32(2, content.length),
    i32(3, content.length),
    struct(5, [i32(1, rows), i32(2, DELTA_BINARY_PACKED), i32(3, LEVELS_RLE), i32(4, LEVELS_RLE)]),
  ]);
  return Buffer.concat([header, content]);
}

/** The footer with the column in front of the others: in the schema, in each row group, in the orders of columns. */
function withColumn(footer: readonly Field[], numbers: readonly Numbers[]): Buffer {
  const [root = Buffer.alloc(0), ...columns] = elementsOf(fieldValue(footer, FILE.SCHEMA));
  const own = structOf([
    i32(SCHEMA_ELEMENT.TYPE, INT64),
    i32(SCHEMA_ELEMENT.REPETITION, REQUIRED),
    text(SCHEMA_ELEMENT.NAME, NAME),
  ]);
  const schema = [structOf(added(fieldsOf(root), SCHEMA_ELEMENT.CHILDREN, 1)), own, ...columns];
  const groups = elementsOf(fieldValue(footer, FILE.ROW_GROUPS)).map((group, i) =>
    groupWith(group, numbers[i]),
  );
  const numbered = replaced(
    replaced(footer, FILE.SCHEMA, listOf(KIND.STRUCT, schema)),
    FILE.ROW_GROUPS,
    listOf(KIND.STRUCT, groups),
  );
  const orders = footer.find(({ id }) => id === FILE.COLUMN_ORDERS);
  if (orders === undefined) return structOf(numbered);
  const [order = Buffer.alloc(0), ...others] = elementsOf(orders.value);
  return structOf(replaced(numbered, FILE.COLUMN_ORDERS, listOf(KIND.STRUCT, [order, order, ...others])));
}

function groupWith(group: Buffer, numbers: Numbers | undefined): Buffer {
  if (numbers === undefined) throw new Error('a row group without numbers');
  const fields = fieldsOf(group);
  const columns = [columnChunk(numbers), ...elementsOf(fieldValue(fields, ROW_GROUP.COLUMNS))];
  const more = numbers.page.length;
  const sized = added(added(fields, ROW_GROUP.BYTES, more), ROW_GROUP.COMPRESSED_BYTES, more);
  return structOf(replaced(sized, ROW_GROUP.COLUMNS, listOf(KIND.STRUCT, columns)));
}

function columnChunk({ rows, first, page, at }: Numbers): Buffer {
  const [least, most] = [littleEndian(first), littleEndian(first + rows - 1)];
  const statistics = [i64(3, 0), bytes(5, most), bytes(6, least), yes(7), yes(8)];
  const metadata = [
    i32(1, INT64),
    list(2, KIND.I32, [integer(DELTA_BINARY_PACKED)]),
    list(3, KIND.BINARY, [binary(NAME)]),
    i32(4, UNCOMPRESSED),
    i64(5, rows),
    i64(6, page.length),
    i64(7, page.length),
    i64(9, at),
    struct(12, statistics),
  ];
  return structOf([i64(2, 0), struct(3, metadata)]);
}

function fieldValue(fields: readonly Field[], id: number): Buffer {
  const field = fields.find((one) => one.id === id);
  if (field === undefined) throw new Error(`the metadata of a Parquet file lacks field ${id}`);
  return field.value;
}

function replaced(fields: readonly Field[], id: number, value: Buffer): Field[] {
  return fields.map((field) => (field.id === id ? { ...field, value } : field));
}

/** An integer made larger, where there is one. */
function added(fields: readonly Field[], id: number, more: number): Field[] {
  return fields.map((field) =>
    field.id === id ? { ...field, value: integer(integerIn(field.value) + more) } : field,
  );
}

const i32 = (id: number, value: number): Field => ({ id, kind: KIND.I32, value: integer(value) });
const i64 = (id: number, value: number): Field => ({ id, kind: KIND.I64, value: integer(value) });
const yes = (id: number): Field => ({ id, kind: KIND.TRUE, value: Buffer.alloc(0) });
const bytes = (id: number, value: Buffer): Field => ({ id, kind: KIND.BINARY, value: binary(value) });
const text = (id: number, value: string): Field => bytes(id, Buffer.from(value));
const struct = (id: number, fields: readonly Field[]): Field => ({
  id,
  kind: KIND.STRUCT,
  value: structOf(fields),
});
const list = (id: number, kind: number, elements: readonly Buffer[]): Field => ({
  id,
  kind: KIND.LIST,
  value: listOf(kind, elements),
});

function littleEndian(value: number): Buffer {
  const cell = Buffer.alloc(8);
  cell.writeBigInt64LE(BigInt(value));
  return cell;
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const target = Buffer.alloc(length);
  for (let held = 0; held < length; ) {
    const { bytesRead } = await file.read(target, held, length - held, position + held);
    if (bytesRead === 0) throw new Error('a Parquet file breaks off');
    held += bytesRead;
  }
  return target;
}

async function writeAt(file: FileHandle, content: Buffer, position: number): Promise<void> {
  for (let written = 0; written < content.length; ) {
    const { bytesWritten } = await file.write(content, written, content.length - written, position + written);
    written += bytesWritten;
  }
}
