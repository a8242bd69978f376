/**
 * A file that a plugin hands over, as the payload of a frame: the length of a JSON header (4 bytes), the header (the
 * call's number and the name), then the bytes. Pure code: the sandbox writes, the host reads.
 */
const LENGTH_BYTES = 4;
const encoder = new TextEncoder();
const { stringify } = JSON;

/** The payload that hands over a file in the call `id`. */
export function encodeArtifact(id: number, name: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = encoder.encode(stringify({ id, name }));
  const payload = new Uint8Array(LENGTH_BYTES + header.length + content.length);
  new DataView(payload.buffer).setUint32(0, header.length, true);
  payload.set(header, LENGTH_BYTES);
  payload.set(content, LENGTH_BYTES + header.length);
  return payload;
}

/** Header (as JSON that nobody has checked) and bytes of a payload; undefined where it is too short for its header. */
export function splitArtifact(
  payload: Uint8Array<ArrayBuffer>,
): { readonly header: Uint8Array; readonly content: Uint8Array<ArrayBuffer> } | undefined {
  if (payload.length < LENGTH_BYTES) return undefined;
  const length = new DataView(payload.buffer, payload.byteOffset).getUint32(0, true);
  const end = LENGTH_BYTES + length;
  if (end > payload.length) return undefined;
  return { header: payload.subarray(LENGTH_BYTES, end), content: payload.subarray(end) };
}
