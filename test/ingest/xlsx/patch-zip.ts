/** Where fields of a zip's central directory stand in an entry (APPNOTE 4.3.12). */
const FIELD = { flags: 8, method: 10, checksum: 16, packedBytes: 20, bytes: 24, offset: 42 } as const;
const ENTRY = 0x02014b50;
const NAME = 46;

export type DirectoryField = keyof typeof FIELD;

/** A copy of a zip file whose directory says something else about one of its entries. */
export function patched(
  zip: Buffer,
  name: string,
  field: DirectoryField,
  value: number | ((was: number) => number),
): Buffer {
  const copy = Buffer.from(zip);
  const at = entryOf(copy, name) + FIELD[field];
  const short = field === 'flags' || field === 'method';
  const was = short ? copy.readUInt16LE(at) : copy.readUInt32LE(at);
  const now = typeof value === 'number' ? value : value(was);
  if (short) copy.writeUInt16LE(now, at);
  else copy.writeUInt32LE(now, at);
  return copy;
}

/** What the directory says about an entry. */
export function directoryField(zip: Buffer, name: string, field: DirectoryField): number {
  return zip.readUInt32LE(entryOf(zip, name) + FIELD[field]);
}

/** A copy of a zip file with another name, of the same length, for one of its entries. */
export function renamed(zip: Buffer, name: string, to: string): Buffer {
  const copy = Buffer.from(zip);
  copy.write(to, entryOf(copy, name) + NAME, 'latin1');
  return copy;
}

/** A copy of a zip file that says it has so many entries. */
export function withEntryCount(zip: Buffer, count: number): Buffer {
  const copy = Buffer.from(zip);
  copy.writeUInt16LE(count, copy.length - 22 + 10);
  return copy;
}

function entryOf(zip: Buffer, name: string): number {
  const length = zip.length - 22;
  for (let at = zip.readUInt32LE(length + 16); at < length && zip.readUInt32LE(at) === ENTRY; ) {
    const nameBytes = zip.readUInt16LE(at + 28);
    if (zip.toString('latin1', at + NAME, at + NAME + nameBytes) === name) return at;
    at += NAME + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  throw new Error(`no entry ${name}`);
}
