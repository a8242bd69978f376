import { HarnessError, nearest } from '../base/index.ts';

const LISTED = 10;

/** An option names a column that the table does not have: names the nearest, or what there is where none is near. */
export function unknownColumn(option: string, column: string, headers: readonly string[]): HarnessError {
  const near = nearest(column, headers) ?? '';
  const more = headers.length > LISTED ? ` and ${headers.length - LISTED} more` : '';
  const columns = near === '' ? headers.slice(0, LISTED).join(', ') + more : '';
  return new HarnessError('SH_INPUT_UNKNOWN_COLUMN', { option, column, nearest: near, columns });
}
