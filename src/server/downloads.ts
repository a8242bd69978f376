import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HarnessError, randomId } from '../base/index.ts';
import { API } from './instance.ts';

/** A file that was made to be downloaded. */
export interface MadeFile {
  readonly path: string;
  /** What it is called where it is saved. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Files that wait to be fetched, once, by an id that nobody guesses; those that are not go with the server. */
export class Downloads {
  readonly #files = new Map<string, MadeFile>();
  #folder: Promise<string> | undefined;

  /** Where a file of that name is to be made; outside of the appdata, where only runs write. */
  async place(name: string): Promise<string> {
    this.#folder ??= mkdtemp(join(tmpdir(), 'stat-harness-downloads-'));
    return join(await mkdtemp(join(await this.#folder, 'made-')), name);
  }

  /** Notes a file that was made, and tells where it can be fetched; its path on this machine is nobody's business. */
  offer(name: string, { path, bytes, sha256 }: Omit<MadeFile, 'name'>) {
    const id = randomId();
    this.#files.set(id, { path, name, bytes, sha256 });
    return { download: `${API}/downloads/${id}`, name, sha256, bytes };
  }

  /** The file with that id, which goes when it was read. Throws SH_DOWNLOAD_UNKNOWN. */
  take(id: string) {
    const file = this.#files.get(id);
    if (file === undefined) throw new HarnessError('SH_DOWNLOAD_UNKNOWN', { id });
    this.#files.delete(id);
    const content = createReadStream(file.path);
    content.once('close', () => void rm(file.path, { force: true }).catch(() => undefined));
    return { ...file, content };
  }

  async close(): Promise<void> {
    if (this.#folder !== undefined)
      await rm(await this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
