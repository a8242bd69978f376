import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ZipFile } from 'yazl';
import { canonicalJsonFile, sha256 } from '../../src/base/index.ts';
import { pluginCodeHash } from '../../src/bundle/index.ts';
import type { PluginBundle, PluginManifest } from '../../src/contract/index.ts';
import { writeArchive } from '../../src/pack/index.ts';
import { zipOf } from '../ingest/pack.ts';

/** A good bundle, and what makes bad ones of it. */
export type BundleKit = ReturnType<typeof bundleKit>;

export function bundleKit(folder: string, zip: Buffer, members: ReadonlyMap<string, Buffer>) {
  /** The files in the one form in which a bundle is packed. */
  async function stored(files: ReadonlyMap<string, Buffer>): Promise<Buffer> {
    const path = join(folder, 'packed.zip');
    await writeArchive(
      path,
      [...files].map(([name, content]) => ({ path: name, content })),
    );
    return readFileSync(path);
  }

  /** The bundle with some of its files changed, added or (null) left out. */
  const changed = (changes: Readonly<Record<string, string | Buffer | null>>): Map<string, Buffer> => {
    const files = new Map(members);
    for (const [name, content] of Object.entries(changes)) {
      if (content === null) files.delete(name);
      else files.set(name, Buffer.from(content));
    }
    return files;
  };
  const textOf = (name: string): string => members.get(name)?.toString('utf8') ?? '';
  const document = (): PluginBundle => JSON.parse(textOf('bundle.json')) as PluginBundle;
  const manifest = (): PluginManifest => JSON.parse(textOf('plugin.json')) as PluginManifest;

  /** The bundle with other code or another manifest, and every hash made right for it again. */
  function rehashed(
    changes: Readonly<Record<string, string>>,
    claim: Partial<PluginBundle> = {},
  ): Map<string, Buffer> {
    const files = changed(changes);
    const read = JSON.parse(files.get('plugin.json')?.toString('utf8') ?? '') as PluginManifest;
    const claimed: PluginBundle = {
      ...document(),
      code_sha256: pluginCodeHash(files.get('bundle.mjs') ?? '', read),
      files: document().files.map(({ path }) => {
        const content = files.get(path) ?? Buffer.alloc(0);
        return { path, sha256: sha256(content), bytes: content.length };
      }),
      ...claim,
    };
    files.set('bundle.json', Buffer.from(canonicalJsonFile(claimed)));
    return files;
  }

  /** Files in an archive that says something of its own about them. */
  async function withMode(name: string, content: string, mode: number): Promise<Buffer> {
    const archive = new ZipFile();
    for (const [path, bytes] of members) {
      const isIt = path === name;
      archive.addBuffer(isIt ? Buffer.from(content) : bytes, path, {
        mode: isIt ? mode : 0o100644,
        compress: false,
      });
    }
    archive.end();
    const blocks: Buffer[] = [];
    for await (const block of archive.outputStream) blocks.push(Buffer.from(block));
    return Buffer.concat(blocks);
  }

  const withExtra = (name: string) =>
    zipOf({ ...Object.fromEntries(members), [name]: 'x' }, { compress: false });

  return { zip, members, stored, changed, textOf, document, manifest, rehashed, withMode, withExtra };
}
