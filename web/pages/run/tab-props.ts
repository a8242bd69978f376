import type { RunDetails } from '../../api/types.ts';

/** What every view of a run is given. */
export interface TabProps {
  readonly run: RunDetails;
}
