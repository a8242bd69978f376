/** How many different upper bits there are. */
export const UPPER_BITS = 65_536;

/** The upper 16 bits of each value, such that larger values have no smaller ones: sign, size, first binary digits. */
export function upperBits(values: Float64Array): Uint16Array {
  const words = new Uint16Array(values.buffer, values.byteOffset, 4 * values.length);
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i += 1) {
    const upper = words[4 * i + 3] ?? 0;
    bits[i] = upper & 0x8000 ? ~upper : upper | 0x8000;
  }
  return bits;
}
