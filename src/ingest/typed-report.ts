import type { IngestReport } from '../contract/index.ts';
import type { PartRequest } from './part-request.ts';
import type { Tallied } from './typing/tallied.ts';
import { columnNotes, columnReports, forcedNotes, type TypedColumns } from './typing/typed-columns.ts';

/** What one format says of itself in a report. */
type OwnFacts = Pick<
  IngestReport,
  'format' | 'dialect' | 'row_count' | 'rejected_rows' | 'rejected_records' | 'tables'
>;

/** The report of a part whose types were decided on all cells: how it was packed, forced, read, named and typed. */
export function typedReport(
  request: PartRequest,
  typed: TypedColumns,
  tallied: Tallied,
  own: OwnFacts,
  fileNotes: readonly string[],
): IngestReport {
  const { notes: packingNotes, ...packedIn } = request.packedIn();
  return {
    schema_version: 'ingest_report.v1',
    upload_sha256: request.upload.sha256,
    bytes: request.upload.bytes,
    ...packedIn,
    ...own,
    columns: columnReports(typed, tallied),
    notes: [
      ...packingNotes,
      ...forcedNotes(request.options.types, typed, tallied),
      ...fileNotes,
      ...typed.names.notes,
      ...columnNotes(typed, tallied),
    ],
  };
}
