import type { DatasetSchema, IngestColumn, IngestReport } from '../contract/index.ts';

/** The columns of the whole table: types as they were merged, counts of all parts, the rest as the first part has it. */
export function columnsOfAllParts(schema: DatasetSchema, reports: readonly IngestReport[]): IngestColumn[] {
  return schema.columns.flatMap((column) => {
    const parts = reports.flatMap((report) =>
      report.columns.filter(({ sql_name }) => sql_name === column.sql_name),
    );
    const [first] = parts;
    if (first === undefined) return [];
    const missing = parts.reduce((sum, part) => sum + part.missing, 0);
    const rejected_count = parts.reduce((sum, part) => sum + part.rejected_count, 0);
    return [{ ...first, type: column.type, missing, rejected_count }];
  });
}
