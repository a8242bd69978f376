import { type AppPaths, HarnessError } from '../base/index.ts';
import type { Encoding, IngestOptions, IngestReport } from '../contract/index.ts';
import type { Cut } from './beginning.ts';
import type { Resources } from './duckdb.ts';
import type { Head } from './file-format.ts';
import type { PartIdentity } from './part-store.ts';
import type { Upload } from './receive-upload.ts';
import type { SeenSoFar } from './seen-so-far.ts';

/** A received file on its way to a part. */
export interface PartRequest {
  readonly upload: Upload;
  /** The file's name for the operator. */
  readonly shownPath: string;
  /** The beginning of the table itself, whatever it is packed in. */
  readonly head: Head;
  readonly options: IngestOptions;
  readonly paths: AppPaths;
  readonly resources: Resources;
  /** Names the readers of what the table is packed in and of its encoding, before its own; empty where there are none. */
  readonly unpackedBy: string;
  /** Which of several tables was unpacked. */
  readonly unpackedTable?: number;
  /** The encoding of a text that was decoded, where it was named. */
  readonly encoding?: Encoding;
  /**
   * Called once a part has to be made, before anything is read in earnest: checks the stored upload against its hash,
   * and returns a file that holds the table itself, unpacked and decoded into the folder `work` where it is packed or not UTF-8.
   */
  readonly openTable: (work: string) => Promise<string>;
  /** What the report says of how the table was packed and encoded, known once it was opened. */
  readonly packedIn: () => Pick<IngestReport, 'container' | 'tables' | 'encoding'> & {
    readonly notes: readonly string[];
  };
  /** Told how many bytes more have been read, and how many rows there are by now. */
  readonly onProgress?: (bytes: number, rows: number) => void;
  /** Told what was seen of a delimited text: soon after its first rows, then at most once a second. */
  readonly onSeen?: (seen: SeenSoFar) => void;
  /** Reads BEGINNING_ROWS rows at most, and tells where it stopped. */
  readonly onCut?: (cut: Cut) => void;
}

/** What decides the content of the part that a reader makes of a file. */
export function partIdentity(request: PartRequest, options: IngestOptions, reader: string): PartIdentity {
  const { unpackedTable: table, encoding } = request;
  return {
    upload_sha256: request.upload.sha256,
    options: {
      ...options,
      ...(table !== undefined && { table }),
      ...(encoding !== undefined && { encoding }),
    },
    reader_version: `${request.unpackedBy}${reader}`,
  };
}

/** The order of dates as far as it was named: then it is in the id of the part. */
export function dateOrderOf({ date_order }: IngestOptions): Pick<IngestOptions, 'date_order'> {
  return date_order === undefined ? {} : { date_order };
}

/** Refuses options that say nothing about a file of this format: `SH_CONFIG_INVALID`. */
export function refuseOptions(
  request: Pick<PartRequest, 'options' | 'shownPath'>,
  file: string,
  names: readonly ('sheet' | 'table')[],
): void {
  const given = names.find((name) => request.options[name] !== undefined);
  if (given === undefined) return;
  const problems = `${request.shownPath} is ${file}, which has no ${given}s to choose from: leave --${given} out`;
  throw new HarnessError('SH_CONFIG_INVALID', { source: `ingest.${given}`, problems });
}
