import { HarnessError, randomId, type Sha256, shownBytes } from '../base/index.ts';
import { receiveSent } from '../ingest/index.ts';
import type { RunUpload } from '../pipeline/index.ts';
import { freeBytes } from '../state/index.ts';
import { whileMaking } from './activity.ts';
import type { App } from './app.ts';
import { lastUpload } from './append-base.ts';

export interface UploadRequest {
  /** What the sender calls the file: a label, and never a place. */
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array>;
  readonly limitBytes: number;
  /** How many bytes it is said to have; undefined where nobody says. */
  readonly announced?: number;
  /** Bytes that can be written below a folder; null where nobody can tell. Replaced in tests. */
  freeBytes?(folder: string): number | null;
}

/** A file that lies in the store, where a run or an ingest finds it by its hash. */
export interface ReceivedUpload {
  readonly schema_version: 'received_upload.v1';
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly original_filename: string;
}

/**
 * Takes a file that is being sent into the store, hashed while it comes, and writes the reception down. Nothing is made of
 * it: name its hash to a preview, a plan, an ingest or a run. Throws SH_INPUT_EMPTY, SH_UPLOAD_TOO_LARGE,
 * SH_UPLOAD_NO_ROOM, SH_DISK_FULL.
 */
export function receiveUpload(app: App, request: UploadRequest): Promise<ReceivedUpload> {
  const original_filename = labelOf(request.name);
  return whileMaking(
    app,
    'receive an upload',
    () => undefined,
    async () => {
      const content = whileThereIsRoom(app.paths.root, { ...request, name: original_filename });
      const { sha256, bytes } = await receiveSent(
        { ...request, name: original_filename, content },
        app.paths,
      );
      app.state.transaction(() => {
        app.state.uploads.record({ sha256, bytes, original_filename, original_path: original_filename });
        app.state.events.append({
          correlation_id: randomId(),
          kind: 'upload.received',
          subject_kind: 'upload',
          subject_id: sha256,
          data: { original_filename, bytes },
        });
      });
      return { schema_version: 'received_upload.v1', sha256, bytes, original_filename };
    },
  );
}

const MEBIBYTE = 2 ** 20;
/** Where an upload would leave less for what else is written, it is refused: without it no run could say how it ended. */
const KEPT_FREE = 256 * MEBIBYTE;
/** After so much more has come, it is looked again: others write too. */
const LOOK_EVERY = 64 * MEBIBYTE;

/**
 * What is sent, as long as there is room for all that is announced, and for what comes next. Nothing is set aside: of several
 * uploads at once each is held against the same free bytes. Throws SH_UPLOAD_NO_ROOM.
 */
async function* whileThereIsRoom(
  folder: string,
  { name: path, content, announced = 0, freeBytes: room = freeBytes }: UploadRequest,
): AsyncGenerator<Uint8Array> {
  const refuseUnlessFits = (bytes: number): void => {
    const free = room(folder);
    if (free !== null && free < bytes + KEPT_FREE)
      throw new HarnessError('SH_UPLOAD_NO_ROOM', {
        ...{ path, free: shownBytes(free), kept: shownBytes(KEPT_FREE) },
      });
  };
  refuseUnlessFits(announced);
  let came = 0;
  let looked = 0;
  for await (const block of content) {
    came += block.length;
    if (came - looked >= LOOK_EVERY) {
      looked = came;
      refuseUnlessFits(Math.max(0, announced - came));
    }
    yield block;
  }
}

const LONGEST_NAME = 200;

/** The last part of a path of any system, without what steers a terminal or turns text around. */
function labelOf(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const plain = last
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '')
    .trim();
  return plain.slice(-LONGEST_NAME) || 'upload';
}

/** A file that was received before, by its hash. Throws SH_UPLOAD_UNKNOWN where it never was, or is gone on purpose. */
export function receivedBefore(app: App, sha256: Sha256): RunUpload {
  const [known] = app.state.uploads.byHash(sha256);
  if (known === undefined || app.state.uploads.expiredAt(sha256) !== null)
    throw new HarnessError('SH_UPLOAD_UNKNOWN', { id: sha256 });
  return lastUpload(app, sha256);
}
