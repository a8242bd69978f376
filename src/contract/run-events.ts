import Type, { type Static } from 'typebox';
import type { Json } from '../base/index.ts';
import { closed } from './common.ts';

/** Something that happened in a run, or to what it was made of. */
export const RunEvent = closed({
  at: Type.String(),
  kind: Type.String(),
  subject_kind: Type.String(),
  subject_id: Type.String(),
  data: Type.Unsafe<Json>(Type.Unknown()),
});
export type RunEvent = Static<typeof RunEvent>;

/** `events.json`: what happened in a run up to its sealing, in order. The manifest holds the hash of the list. */
export const RunEvents = closed(
  { schema_version: Type.Literal('run_events.v1'), events: Type.Array(RunEvent) },
  { $id: 'run_events.v1' },
);
export type RunEvents = Static<typeof RunEvents>;
