const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const COLON = 58;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const SPACE = 32;
const LF = 10;

/** How far a value has been framed: `length` bytes of it, inside so many brackets. */
export interface Frame {
  length: number;
  depth: number;
  inString: boolean;
  /** Line breaks between its parts. */
  breaks: number;
}

export function newFrame(): Frame {
  return { length: 0, depth: 0, inString: false, breaks: 0 };
}

/**
 * Goes on framing the value that begins at `start`, up to `held`; true once its end is found, behind which
 * `frame.length` points then. Only brackets, quotes and what separates values count: nothing else is checked.
 */
export function frameValue(frame: Frame, bytes: Buffer, start: number, held: number): boolean {
  for (let at = start + frame.length; at < held; at++, frame.length++) {
    const byte = bytes[at] ?? 0;
    if (frame.inString) {
      if (byte === QUOTE) {
        frame.inString = false;
        if (frame.depth === 0) return ended(frame, 1);
      } else if (byte === BACKSLASH) {
        // The escaped byte goes with it, and comes with the next block if it is not here yet.
        if (at + 1 >= held) return false;
        at++;
        frame.length++;
      }
    } else if (byte === QUOTE) {
      if (frame.depth === 0 && frame.length > 0) return true;
      frame.inString = true;
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (frame.depth === 0 && frame.length > 0) return true;
      frame.depth++;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      if (frame.depth === 0) return ended(frame, frame.length === 0 ? 1 : 0);
      if (--frame.depth === 0) return ended(frame, 1);
    } else if (frame.depth === 0 && (byte === COMMA || byte === COLON || byte <= SPACE)) {
      return ended(frame, frame.length === 0 ? 1 : 0);
    } else if (byte === LF) frame.breaks++;
  }
  return false;
}

function ended(frame: Frame, more: number): true {
  frame.length += more;
  return true;
}
