import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Clock, ensureDirectory, HarnessError, randomId, removeTree } from '../base/index.ts';
import { API } from './instance.ts';

/** A file that was made to be downloaded. */
export interface MadeFile {
  readonly path: string;
  /** What it is called where it is saved. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

const FOLDER = 'stat-harness-downloads-';
/** So many wait at once; the oldest go first. */
const MOST_WAITING = 8;
/** So long each waits to be fetched. */
const PATIENCE_MS = 60 * 60 * 1000;
const LEFT_BEHIND_MS = 24 * 60 * 60 * 1000;

/** Files that wait to be fetched, once, by an id that nobody guesses; those that are not within an hour, or until the server ends, go. */
export class Downloads {
  readonly #clock: Clock;
  readonly #files = new Map<string, MadeFile>();
  #folder: Promise<string> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Makes a file of that name outside of the appdata, where only runs write; of one that fails, nothing is left. */
  async make<T>(name: string, make: (path: string) => Promise<T>): Promise<T> {
    const path = await this.#place(name);
    try {
      return await make(path);
    } catch (error) {
      discard({ path });
      throw error;
    }
  }

  async #place(name: string): Promise<string> {
    this.#folder ??= newFolder(this.#clock);
    const folder = await this.#folder;
    await ensureDirectory(folder);
    return join(await mkdtemp(join(folder, 'made-')), name);
  }

  /** Notes a file that was made, and tells where it can be fetched; its path on this machine is nobody's business. */
  offer(name: string, { path, bytes, sha256 }: Omit<MadeFile, 'name'>) {
    const id = randomId();
    this.#files.set(id, { path, name, bytes, sha256 });
    for (const oldest of [...this.#files.keys()].slice(0, -MOST_WAITING)) this.#drop(oldest);
    setTimeout(() => this.#drop(id), PATIENCE_MS).unref();
    return { download: `${API}/downloads/${id}`, name, sha256, bytes };
  }

  /** The file with that id, which goes when it was read. Throws SH_DOWNLOAD_UNKNOWN. */
  take(id: string) {
    const file = this.#files.get(id);
    if (file === undefined) throw new HarnessError('SH_DOWNLOAD_UNKNOWN', { id });
    this.#files.delete(id);
    const content = createReadStream(file.path);
    content.once('close', () => discard(file));
    return { ...file, content };
  }

  #drop(id: string): void {
    const file = this.#files.get(id);
    this.#files.delete(id);
    if (file !== undefined) discard(file);
  }

  async close(): Promise<void> {
    if (this.#folder !== undefined) await removeTree(await this.#folder);
  }
}

function discard({ path }: Pick<MadeFile, 'path'>): void {
  removeTree(dirname(path)).catch(() => undefined);
}

/** Makes a folder for this server, and removes what servers that were killed left behind a day ago. */
async function newFolder(clock: Clock): Promise<string> {
  const now = Date.parse(clock.now());
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(FOLDER)) continue;
    const left = join(tmpdir(), name);
    const at = await stat(left).catch(() => undefined);
    if (at !== undefined && now - at.mtimeMs > LEFT_BEHIND_MS) await removeTree(left).catch(() => undefined);
  }
  return mkdtemp(join(tmpdir(), FOLDER));
}
