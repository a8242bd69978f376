import type { Static } from 'typebox';
import type { StartDocument } from '../sdk/index.ts';
import type { ChildMessageSchema } from './message-schemas.ts';

/** Everything that the sandbox says. */
export type ChildMessage = Static<typeof ChildMessageSchema>;

/** What the sandbox may ask for. */
export type Call = Extract<ChildMessage, { type: 'request' }>['call'];

/** The first message, host → sandbox. */
export interface StartMessage {
  readonly type: 'start';
  readonly document: StartDocument;
  readonly maxStateBytes: number;
}

/** The answer to a request, host → sandbox; a batch comes as a binary frame instead. */
export type Reply =
  | { readonly type: 'reply'; readonly id: number; readonly ok: true; readonly value?: unknown }
  | { readonly type: 'reply'; readonly id: number; readonly ok: false; readonly error: string };
