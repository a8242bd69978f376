const FREE = 0xffffffff;
const END_OF_CHAIN = 0xfffffffe;
const TABLE = 0xfffffffd;
const PER_SECTOR = 4;

/**
 * A compound file (MS-CFB 2.2 to 2.6) of 512-byte sectors with empty streams of these names: header, allocation table,
 * and a directory whose sectors are chained from the last of the file to the first.
 */
export function compoundFile(names: readonly string[]): Buffer {
  const entries = ['Root Entry', ...names];
  const sectors = Math.ceil(entries.length / PER_SECTOR);
  const file = Buffer.alloc(512 * (2 + sectors));
  file.write('d0cf11e0a1b11ae1', 'hex');
  file.writeUInt16LE(3, 26);
  file.writeUInt16LE(0xfffe, 28);
  file.writeUInt16LE(9, 30);
  file.writeUInt32LE(1, 44);
  file.writeUInt32LE(sectors, 48);
  file.fill(0xff, 76, 512);
  file.writeUInt32LE(0, 76);
  for (let i = 0; i < 128; i++) file.writeUInt32LE(FREE, 512 + i * 4);
  file.writeUInt32LE(TABLE, 512);
  for (let i = 1; i <= sectors; i++) file.writeUInt32LE(i === 1 ? END_OF_CHAIN : i - 1, 512 + i * 4);
  entries.forEach((name, i) => {
    const sector = sectors - Math.floor(i / PER_SECTOR);
    const at = (sector + 1) * 512 + (i % PER_SECTOR) * 128;
    file.write(name, at, 'utf16le');
    file.writeUInt16LE((name.length + 1) * 2, at + 64);
  });
  return file;
}
