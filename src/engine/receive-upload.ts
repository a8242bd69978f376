import { HarnessError, randomId, type Sha256 } from '../base/index.ts';
import { receiveSent } from '../ingest/index.ts';
import type { RunUpload } from '../pipeline/index.ts';
import { whileMaking } from './activity.ts';
import type { App } from './app.ts';
import { lastUpload } from './append-base.ts';

export interface UploadRequest {
  /** What the sender calls the file: a label, and never a place. */
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array>;
  readonly limitBytes: number;
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
 * it: name its hash to a preview, a plan, an ingest or a run. Throws SH_INPUT_EMPTY, SH_UPLOAD_TOO_LARGE, SH_DISK_FULL.
 */
export function receiveUpload(app: App, request: UploadRequest): Promise<ReceivedUpload> {
  const original_filename = labelOf(request.name);
  return whileMaking(
    app,
    'receive an upload',
    () => undefined,
    async () => {
      const { sha256, bytes } = await receiveSent({ ...request, name: original_filename }, app.paths);
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
