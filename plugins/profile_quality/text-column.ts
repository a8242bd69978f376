import type { QueryHandle } from '../../src/sdk/index.ts';
import type { Surveyed } from './survey.ts';

/** A text column with what its different values hold, counted in rows. */
export interface TextColumn {
  readonly column: Surveyed;
  /** One row of counts. */
  readonly counts: QueryHandle;
}

/** Labels that repeat: of ids and prose nobody says that two look alike. */
export function comparesLabels({ use, distinct, present }: Surveyed): boolean {
  return (use === 'label' || use === 'text') && distinct <= present / 2;
}
