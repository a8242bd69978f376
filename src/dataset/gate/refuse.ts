import { HarnessError } from '../../base/index.ts';

/** Refuses a query; the reason names what is refused and what to use instead. */
export function refuse(reason: string): never {
  throw new HarnessError('SH_QUERY_REFUSED', { reason });
}
