import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  FRAME_ARTIFACT,
  FRAME_BATCH,
  FRAME_JSON,
  frameHeader,
  frameReader,
  MAX_FRAME_BYTES,
} from '../../src/plugin-host/frames.ts';
import { parseUntrusted } from '../../src/plugin-host/untrusted-json.ts';

const frames = fc.array(
  fc.record({ kind: fc.constantFrom(FRAME_JSON, FRAME_BATCH, FRAME_ARTIFACT), payload: fc.uint8Array() }),
);

describe('frames', () => {
  test('come out as they went in, however the stream is cut', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (sent, cuts) => {
        const bytes = Buffer.concat(sent.flatMap((f) => [frameHeader(f.kind, f.payload.length), f.payload]));
        const read = frameReader(() => undefined);
        const heard = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const length = cuts[i % cuts.length] ?? 1;
          heard.push(...read(bytes.subarray(at, at + length)));
          at += length;
        }
        expect(heard.map((f) => [f.kind, ...f.payload])).toEqual(sent.map((f) => [f.kind, ...f.payload]));
      }),
    );
  });

  test('of unknown kind or beyond the largest size are refused at their header', () => {
    const read = () => frameReader(() => undefined);
    expect(() => read()(Uint8Array.of(1, 0, 0, 0, 4))).toThrow('no message');
    expect(() => read()(Uint8Array.of(1, 0, 0, 64, FRAME_JSON))).toThrow('no message');
    expect(() => frameHeader(FRAME_JSON, MAX_FRAME_BYTES + 1)).toThrow('too long');
  });
});

describe('JSON from the sandbox', () => {
  const parse = (text: string) => parseUntrusted(new TextEncoder().encode(text));

  test('is taken as JSON.parse takes it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8, stringUnit: 'grapheme' }), (text) => {
        fc.pre(!text.includes('__proto__'));
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('may have 100 levels and no more; keys like constructor are plain members', () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(() => parse(nested(100))).not.toThrow();
    expect(() => parse(nested(101))).toThrow('levels');
    expect(parse('{"constructor":1,"toString":2}')).toEqual({ constructor: 1, toString: 2 });
  });
});
