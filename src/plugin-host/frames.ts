/**
 * What travels between host and sandbox over stdio: a 4-byte little-endian length, one byte of kind, the payload.
 * Used on both sides, so it is pure code.
 */
export const FRAME_JSON = 1;
export const FRAME_BATCH = 2;
export const FRAME_ARTIFACT = 3;
export const HEADER_BYTES = 5;
const KINDS = [FRAME_JSON, FRAME_BATCH, FRAME_ARTIFACT];
/** Above this a length is no frame but garbage. */
export const MAX_FRAME_BYTES = 2 ** 30;

export interface Frame {
  readonly kind: number;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** Bytes that are no frame. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** The five bytes before a payload. */
export function frameHeader(kind: number, length: number): Uint8Array<ArrayBuffer> {
  if (length > MAX_FRAME_BYTES) throw new FrameError(`a message of ${length} bytes is too long`);
  const header = new Uint8Array(HEADER_BYTES);
  new DataView(header.buffer).setUint32(0, length, true);
  header[4] = kind;
  return header;
}

/** Length and kind of a frame. Throws a FrameError if the five bytes are no header. */
export function readHeader(header: Uint8Array): { length: number; kind: number } {
  const length = new DataView(header.buffer, header.byteOffset, HEADER_BYTES).getUint32(0, true);
  const kind = header[4] ?? 0;
  if (!KINDS.includes(kind) || length > MAX_FRAME_BYTES) {
    throw new FrameError('the bytes on stdout are no message');
  }
  return { length, kind };
}

/**
 * Cuts a stream of bytes into frames. `admit` sees each header before its payload is kept, and throws to refuse it.
 */
export function frameReader(admit: (length: number, kind: number) => void): (bytes: Uint8Array) => Frame[] {
  let pending: { kind: number; payload: Uint8Array<ArrayBuffer>; filled: number } | undefined;
  const header = new Uint8Array(HEADER_BYTES);
  let headerFilled = 0;
  return (bytes) => {
    const frames: Frame[] = [];
    let at = 0;
    while (at < bytes.length || pending?.filled === pending?.payload.length) {
      if (pending === undefined) {
        const taken = bytes.subarray(at, at + HEADER_BYTES - headerFilled);
        header.set(taken, headerFilled);
        headerFilled += taken.length;
        at += taken.length;
        if (headerFilled < HEADER_BYTES) break;
        const { length, kind } = readHeader(header);
        admit(length, kind);
        headerFilled = 0;
        pending = { kind, payload: new Uint8Array(length), filled: 0 };
      }
      const taken = bytes.subarray(at, at + pending.payload.length - pending.filled);
      pending.payload.set(taken, pending.filled);
      pending.filled += taken.length;
      at += taken.length;
      if (pending.filled < pending.payload.length) break;
      frames.push({ kind: pending.kind, payload: pending.payload });
      pending = undefined;
    }
    return frames;
  };
}
