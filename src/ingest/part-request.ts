import type { AppPaths } from '../base/index.ts';
import type { IngestOptions } from '../contract/index.ts';
import type { Resources } from './duckdb.ts';
import type { Head } from './file-format.ts';
import type { Upload } from './receive-upload.ts';

/** A received file on its way to a part. */
export interface PartRequest {
  readonly upload: Upload;
  /** The file's name for the operator. */
  readonly shownPath: string;
  readonly head: Head;
  readonly options: IngestOptions;
  readonly paths: AppPaths;
  readonly resources: Resources;
  /** Called once a part has to be made, before the blob is read in earnest. */
  readonly beforeReading: () => Promise<void>;
  /** Told how many bytes more have been read, and how many rows there are by now. */
  readonly onProgress?: (bytes: number, rows: number) => void;
}
