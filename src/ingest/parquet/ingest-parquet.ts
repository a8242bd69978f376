import { HarnessError } from '../../base/index.ts';
import type { PartRequest } from '../part-request.ts';
import type { StoredPart } from '../part-store.ts';

export async function ingestParquet(request: PartRequest): Promise<StoredPart> {
  throw new HarnessError('SH_INPUT_FORMAT_UNSUPPORTED', { path: request.shownPath, format: 'Parquet' });
}
