import { hashJson, type Sha256 } from '../base/index.ts';
import type { RunEvent, RunEvents } from '../contract/index.ts';

/** What a manifest says about the events of its run. */
export interface SealedEvents {
  readonly count: number;
  readonly sha256: Sha256;
}

/** The events of a run in their order, as one hash: none of them can change later without being seen. */
export function sealEvents(events: readonly RunEvent[]): SealedEvents {
  return { count: events.length, sha256: hashJson(events.map(momentOf)) };
}

/** The events of a run as a file of it: with that, its folder holds all that the database knows of it. */
export function eventsDocument(events: readonly RunEvent[]): RunEvents {
  return { schema_version: 'run_events.v1', events: events.map(momentOf) };
}

function momentOf({ at, kind, subject_kind, subject_id, data }: RunEvent): RunEvent {
  return { at, kind, subject_kind, subject_id, data };
}
