import type { Static } from 'typebox';
import type { StartDocument } from '../sdk/index.ts';
import type { ChildMessageSchema } from './message-schemas.ts';

/** Everything that the sandbox says. */
export type ChildMessage = Static<typeof ChildMessageSchema>;

/** What the sandbox may ask for. */
export type Call = Extract<ChildMessage, { type: 'request' }>['call'];

/**
 * What the sandbox is to do: analyse (with states merged from the left, as ever, or from the right, to compare), load
 * the plugin and no more, or ask for its health. Of the last two the notes name the functions that the plugin has.
 */
export type Task = 'analyze' | 'analyze_from_right' | 'load' | 'health';

/** The first message, host → sandbox. */
export interface StartMessage {
  readonly type: 'start';
  readonly task: Task;
  readonly document: StartDocument;
  readonly maxStateBytes: number;
}

/** The answer to a request, host → sandbox; a batch comes as a binary frame instead. */
export type Reply =
  | { readonly type: 'reply'; readonly id: number; readonly ok: true; readonly value?: unknown }
  | { readonly type: 'reply'; readonly id: number; readonly ok: false; readonly error: string };
