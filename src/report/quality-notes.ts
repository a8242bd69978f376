import type { IngestColumn, IngestReport } from '../contract/index.ts';
import { columnNames } from './column-names.ts';
import { count, quoted } from './words.ts';

const LISTED = 3;

/** What a reader must know about how the table was read, as sentences; with several parts each names its part. */
export function qualityNotes(reports: readonly IngestReport[]): string[] {
  return reports.flatMap((report, index) => {
    const where = reports.length > 1 ? `Part ${index + 1}: ` : '';
    const names = columnNames(report.columns);
    const columns = report.columns.map((c) => ({ ...c, name: names.get(c.sql_name) ?? c.name }));
    return [...rejectedRows(report), ...report.notes, ...columns.flatMap(columnNotes)].map(
      (note) => where + note,
    );
  });
}

function rejectedRows(report: IngestReport): string[] {
  if (report.rejected_rows === 0) return [];
  const records = count(report.rejected_rows, 'record', 'records');
  return [`${records} could not be read as a row of the table; they are kept apart and counted.`];
}

function columnNotes(column: IngestColumn): string[] {
  return [...markerNote(column), ...rejectedCells(column), ...offsetNote(column)];
}

function markerNote(column: IngestColumn): string[] {
  if (column.markers.length === 0) return [];
  const list = column.markers.slice(0, LISTED).map((m) => `${quoted(m.text)} (${m.count})`);
  const more = column.markers.length > LISTED ? ` and ${column.markers.length - LISTED} more` : '';
  return [`Column ${quoted(column.name)}: read as missing: ${list.join(', ')}${more}.`];
}

function rejectedCells(column: IngestColumn): string[] {
  if (column.rejected_count === 0) return [];
  const list = column.rejected.slice(0, LISTED).map((r) => `${quoted(r.text)} in row ${r.row_number}`);
  const more = column.rejected_count > list.length ? ' …' : '';
  const cells = count(column.rejected_count, 'cell does', 'cells do');
  return [
    `Column ${quoted(column.name)}: ${cells} not fit the type that was forced: ${list.join(', ')}${more}.`,
  ];
}

function offsetNote(column: IngestColumn): string[] {
  if (column.offsets.length < 2) return [];
  const list = column.offsets.slice(0, LISTED).map((o) => `${o.text} (${o.count})`);
  const more = column.offsets.length > LISTED ? ` and ${column.offsets.length - LISTED} more` : '';
  return [`Column ${quoted(column.name)}: written with several offsets from UTC: ${list.join(', ')}${more}.`];
}
