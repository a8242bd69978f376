import type { Execution } from '../attack.ts';

/** Writes frames of its own onto stdout, then waits: whatever is no message ends it before. */
const FORGES = `const bytesOf = ({ kind = 1, json, hex = '', length }) => {
  const payload = json === undefined ? Uint8Array.fromHex(hex) : new TextEncoder().encode(json);
  const bytes = new Uint8Array(5 + payload.length);
  new DataView(bytes.buffer).setUint32(0, length ?? payload.length, true);
  bytes[4] = kind;
  bytes.set(payload, 5);
  return bytes;
};
export default { async analyze(ctx) {
  for (const frame of ctx.settings.frames) {
    const bytes = bytesOf(frame);
    for (let at = 0; at < bytes.length; ) at += Deno.stdout.writeSync(bytes.subarray(at));
  }
  if (ctx.settings.wait) await new Promise((resolve) => setTimeout(resolve, 10_000));
  ctx.note('well');
} };`;

interface Frame {
  readonly kind?: number;
  readonly json?: string;
  readonly hex?: string;
  readonly length?: number;
}

const forged = (name: string, frame: Frame, reason: RegExp): Execution => ({
  ...{ kind: 'execution', group: 'protocol', name, code: FORGES, status: 'invalid_output', reason },
  settings: { frames: [frame], wait: true },
});
const request = (call: unknown, id: unknown = 1): string => JSON.stringify({ type: 'request', id, call });
const NO_FORM = /^a message has a form that does not exist$/;
const NO_MESSAGE = /^the bytes on stdout are no message$/;
const plugin = (body: string): string => `export default { async analyze(ctx) { ${body} } };`;
const objects = (
  name: string,
  body: string,
  reason: RegExp,
  status: Execution['status'] = 'failed',
): Execution => ({
  ...{ kind: 'execution', group: 'protocol', name, code: plugin(body), status, reason },
});
const FINDING = `{ kind: 'row_count', title: 'A title', statement: 'A statement.', fields: {}, target: {}, how: 'exact_count', severity: 'info' }`;

export const PROTOCOL: readonly Execution[] = [
  forged('text on stdout', { kind: 101, length: 0x6c6c6568, hex: '6f' }, NO_MESSAGE),
  forged('a frame of an unknown kind', { kind: 9, json: '{}' }, NO_MESSAGE),
  forged('a frame longer than any', { length: 4_000_000_000 }, NO_MESSAGE),
  {
    ...forged('a frame longer than its limit', { length: 500_000_000 }, /^output: more than 4 MB$/),
    status: 'limit_exceeded',
    limit: 'output_mb',
  },
  forged('an empty frame', {}, /not JSON/),
  forged('half a JSON', { json: '{"type":' }, /not JSON/),
  forged('two JSONs in a frame', { json: '{"type":"log","text":""}{}' }, /not JSON/),
  forged('text that is not UTF-8', { hex: '22ff22' }, /not JSON in UTF-8/),
  forged('a mark of byte order', { hex: 'efbbbf7b7d' }, /not JSON/),
  forged('half a surrogate pair', { json: '{"type":"log","text":"\\ud800"}' }, /surrogate/),
  forged('a key __proto__', { json: '{"type":"log","text":"","__proto__":{"x":1}}' }, /the key __proto__/),
  forged(
    'a hidden key __proto__',
    { json: '{"type":"output","output":[{"\\u005f_proto__":1}]}' },
    /the key __proto__/,
  ),
  forged(
    'a key constructor',
    { json: '{"type":"log","text":"","constructor":{"prototype":{"x":1}}}' },
    NO_FORM,
  ),
  forged(
    'a number beyond the doubles',
    { json: '{"type":"progress","done":1e999,"total":1}' },
    /beyond the doubles/,
  ),
  forged(
    'very deep JSON',
    { json: `{"type":"output","output":${'['.repeat(5000)}${']'.repeat(5000)}}` },
    /more than 100 levels/,
  ),
  forged('a key twice', { json: '{"type":"log","text":"a","text":"b"}' }, /twice/),
  forged('NaN', { json: '{"type":"progress","done":NaN,"total":1}' }, /not JSON/),
  forged('no object', { json: 'null' }, NO_FORM),
  forged('a list', { json: '[]' }, NO_FORM),
  forged('a type that does not exist', { json: '{"type":"exec","text":"ls"}' }, NO_FORM),
  forged('a message of the host', { json: '{"type":"reply","id":1,"ok":true,"value":1}' }, NO_FORM),
  forged('one member too many', { json: '{"type":"log","text":"a","to":"/etc/x"}' }, NO_FORM),
  forged('a batch', { kind: 2, hex: '00' }, /form that does not exist|no message/),
  {
    ...forged(
      'a file larger than its limit',
      { kind: 3, length: 100_000_000 },
      /^artifacts: more than 4 MB$/,
    ),
    status: 'limit_exceeded',
    limit: 'output_mb',
  },
  forged('a text that is an object', { json: '{"type":"log","text":{"toString":"x"}}' }, NO_FORM),
  forged('a request without an id', { json: request({ method: 'nextBatch', stream: 1 }, null) }, NO_FORM),
  forged('a request with a negative id', { json: request({ method: 'nextBatch', stream: 1 }, -1) }, NO_FORM),
  forged('a request with half an id', { json: request({ method: 'nextBatch', stream: 1 }, 1.5) }, NO_FORM),
  forged('a method that does not exist', { json: request({ method: 'exec', sql: 'x' }) }, NO_FORM),
  forged('a method of every object', { json: request({ method: 'constructor' }) }, NO_FORM),
  forged(
    'a query without parameters',
    { json: request({ method: 'query', sql: 'SELECT 1' }) },
    /^ctx\.query: must have required property 'parameters'/,
  ),
  forged(
    'parameters that are objects',
    { json: request({ method: 'query', sql: 'SELECT 1', parameters: [{}] }) },
    /^ctx\.query: parameters\.0: must be string/,
  ),
  forged(
    'a chunk that is no number',
    { json: request({ method: 'chunkState', chunk: '../1' }) },
    /^state of a chunk: chunk: must be integer/,
  ),
  forged(
    'columns that are a text',
    { json: request({ method: 'openBatches', columns: 'length', chunk: null }) },
    /^ctx\.batches: columns: must be array/,
  ),
  forged(
    'an output of another form',
    { json: '{"type":"output","output":{"findings":7}}' },
    /findings: must be array/,
  ),
  forged('an output that is null', { json: '{"type":"output","output":null}' }, /must be object/),
  objects(
    'a Proxy',
    `ctx.finding(new Proxy(${FINDING}, { ownKeys() { throw new Error('a trap'); } }));`,
    /^Error: a trap$/,
  ),
  objects(
    'a getter that throws',
    `ctx.note({ get toJSON() { throw new Error('a getter'); } });`,
    /^Error: a getter$/,
  ),
  objects('a cycle', `const a = {}; a.a = a; ctx.note(a);`, /circular/i),
  objects('a number of many digits', `ctx.note(1n);`, /BigInt/),
  objects(
    'toJSON that lies',
    `ctx.finding({ ...${FINDING}, toJSON: () => ({ findings: 7 }) });`,
    /must|required/,
    'invalid_output',
  ),
  objects('a promise as a finding', `ctx.finding(Promise.resolve(${FINDING}));`, /fields|undefined|null/),
  objects('a promise as a note', `ctx.note(Promise.resolve('x'));`, /notes/, 'invalid_output'),
  objects(
    'a thenable as a field',
    `ctx.finding({ ...${FINDING}, fields: { n: { from: { then: 'x' } } } });`,
    /fields/,
    'invalid_output',
  ),
  objects(
    'an object that turns into text',
    `ctx.finding({ ...${FINDING}, title: { [Symbol.toPrimitive]: () => 'x' } });`,
    /title/,
    'invalid_output',
  ),
  objects(
    'a field called __proto__',
    `ctx.finding({ ...${FINDING}, fields: JSON.parse('{"__proto__":{"from":{"setting":"x"}}}') });`,
    /__proto__|fields/,
    'invalid_output',
  ),
  objects(
    'a metric called __proto__',
    `ctx.metric('__proto__', { setting: 'x' });`,
    /the key __proto__/,
    'invalid_output',
  ),
  objects(
    'a finding that is nested deeply',
    `let deep = {}; for (let i = 0; i < 500; i++) deep = { deep }; ctx.chart({ name: 'x', title: 'x', alternative: 'x', query: { id: 'q1' }, spec: deep });`,
    /more than 100 levels/,
    'invalid_output',
  ),
  objects(
    'a handle of another form',
    `ctx.finding({ ...${FINDING}, rows: { id: '../../q1' } });`,
    /rows/,
    'invalid_output',
  ),
  objects('half a surrogate pair in a note', `ctx.note('\\ud800');`, /surrogate/, 'invalid_output'),
];

/** The same ways of speaking, with nothing wrong in them: accepted. */
export const PROTOCOL_TWIN: Execution = {
  ...{ kind: 'execution', group: 'protocol', name: 'messages that are right', code: FORGES, status: 'ok' },
  settings: {
    wait: false,
    frames: [
      { json: '{"type":"log","text":"a line"}' },
      { json: '{"type":"log","text":"\\u00e9 \\ud83d\\ude00 constructor"}' },
      { json: '{"type":"progress","done":1e308,"total":1}' },
      { json: request({ method: 'nextBatch', stream: 99 }, 9_000_000) },
      { json: request({ method: 'closeBatches', stream: 99 }, 9_000_000) },
    ],
  },
};
