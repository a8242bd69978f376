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

  test.each([
    ['NaN, which is no JSON', '{"a":NaN}', /not JSON/],
    ['Infinity, which is no JSON', '[-Infinity]', /not JSON/],
    ['a number beyond the doubles', '{"a":[1e999]}', /^a\.0 holds a number beyond the doubles/],
    ['a key twice in one object', '{"a":1,"b":{"c":1,"c":2}}', /has a key twice/],
    ['a key twice, once in escapes', '{"a":1,"\\u0061":2}', /has a key twice/],
    ['the key __proto__', '{"a":{"__proto__":1}}', /^a holds the key __proto__/],
    ['half a surrogate pair', '{"a":"\\udc00"}', /^a holds text with half a surrogate pair/],
    ['half a surrogate pair in a key', '{"\\ud800":1}', /half a surrogate pair/],
    ['more than a million arrays', `[${'[],'.repeat(1_000_000)}0]`, /more than 1000000 arrays and objects/],
    ['more than ten million values', `[${'0,'.repeat(10_000_000)}0]`, /more than 10000000 values/],
    ['a hundred thousand levels', '['.repeat(100_000), /more than 100 levels/],
    ['a string without an end', '{"a":"\\', /not JSON/],
  ])('is refused with %s', (_, text, reason) => {
    expect(() => parse(text)).toThrow(reason);
  });

  test('-0 is taken as 0, a number of many digits as the nearest double, signs inside text as text', () => {
    const parsed = parse(
      '{"a":-0,"b":[-0.0],"c":9007199254740993,"d":"a,b:{[\\"","constructor":{"prototype":1}}',
    );
    expect(parsed).toEqual({
      a: 0,
      b: [0],
      c: 9007199254740992,
      d: 'a,b:{["',
      constructor: { prototype: 1 },
    });
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
  });

  test('may have 100 levels and no more; keys like constructor are plain members', () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(() => parse(nested(100))).not.toThrow();
    expect(() => parse(nested(101))).toThrow('levels');
    expect(parse('{"constructor":1,"toString":2}')).toEqual({ constructor: 1, toString: 2 });
  });
});
