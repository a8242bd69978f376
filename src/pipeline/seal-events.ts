import { hashJson, type Sha256 } from '../base/index.ts';

/** What a manifest says about the events of its run. */
export interface SealedEvents {
  readonly count: number;
  readonly sha256: Sha256;
}

/** An event as the timeline of a run shows it. */
interface Moment {
  readonly at: string;
  readonly kind: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly data: unknown;
}

/** The events of a run in their order, as one hash: none of them can change later without being seen. */
export function sealEvents(moments: readonly Moment[]): SealedEvents {
  const sealed = moments.map(({ at, kind, subject_kind, subject_id, data }) => ({
    at,
    kind,
    subject_kind,
    subject_id,
    data,
  }));
  return { count: sealed.length, sha256: hashJson(sealed) };
}
