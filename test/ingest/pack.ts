import { crc32, deflateRawSync } from 'node:zlib';
import { ZipFile } from 'yazl';

/** A zip archive of some files, in their order. */
export async function zipOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  { forceZip64Format = false, compress = true } = {},
): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files)) {
    zip.addBuffer(Buffer.from(content), name, { forceZip64Format, compress, mtime: new Date(0) });
  }
  zip.end({ forceZip64Format, comment: '' });
  const blocks: Buffer[] = [];
  for await (const block of zip.outputStream) blocks.push(Buffer.from(block));
  return Buffer.concat(blocks);
}

/** An archive of one file with any name and flags, as no honest program writes it. */
export function crookedZip(name: string, content: string, flags = 0): Buffer {
  const data = deflateRawSync(content);
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0);
  shared.writeUInt16LE(flags, 2);
  shared.writeUInt16LE(8, 4);
  shared.writeUInt32LE(crc32(content), 10);
  shared.writeUInt32LE(data.length, 14);
  shared.writeUInt32LE(content.length, 18);
  shared.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, Buffer.from(name), data]);
  const rest = Buffer.alloc(14);
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02'),
    Buffer.from([20, 0]),
    shared,
    rest,
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}
