import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fromBufferPromise } from 'yauzl';

/** The members of a zip file, unpacked, in their order. */
export async function unpack(zip: Buffer): Promise<Map<string, Buffer>> {
  const opened = await fromBufferPromise(zip, { lazyEntries: true });
  const members = new Map<string, Buffer>();
  for await (const entry of opened.eachEntry()) {
    const blocks: Buffer[] = [];
    for await (const block of await opened.openReadStreamPromise(entry)) blocks.push(Buffer.from(block));
    members.set(entry.fileName, Buffer.concat(blocks));
  }
  return members;
}

/** Writes members below a folder. */
export function writeMembers(folder: string, members: ReadonlyMap<string, Buffer>): void {
  for (const [name, content] of members) {
    const path = join(folder, ...name.split('/'));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}
