import type { Coverage } from '../../contract/index.ts';

/**
 * Header and cell of the last column of a CSV file that a plugin hands over: of a sample every line says that it is one,
 * for the file is passed on alone. Undefined where every row was looked at. The cell holds commas and stands in quotes.
 */
export function coverageColumn(
  coverage: Coverage,
): { readonly header: string; readonly cell: string } | undefined {
  if (coverage.kind === 'FULL') return undefined;
  const { rows, of_rows, method, column, fraction, seed } = coverage;
  const by = column === undefined ? '' : ` by ${column}`;
  const text = `SAMPLED: ${rows} of ${of_rows} rows, method ${method}${by}, fraction ${fraction}, seed ${seed}`;
  return { header: 'coverage', cell: `"${text.replaceAll('"', '""')}"` };
}
