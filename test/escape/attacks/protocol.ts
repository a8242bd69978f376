import { encodeArtifact } from '../../../src/plugin-host/artifact-codec.ts';
import type { DataDoor } from '../../../src/plugin-host/index.ts';
import type { Execution, Frame } from '../attack.ts';

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

const forged = (name: string, frame: Frame, reason: RegExp, twin: Frame): Execution => ({
  ...{ kind: 'execution', group: 'protocol', name, code: FORGES, status: 'invalid_output', reason, twin },
  settings: { frames: [frame], wait: true },
});
const request = (call: unknown, id: unknown = 1): string => JSON.stringify({ type: 'request', id, call });
const says = (text: string): Frame => ({ json: `{"type":"log","text":"${text}"}` });
const PROGRESS: Frame = { json: '{"type":"progress","done":1e308,"total":1}' };
/** A request of the same kind that is answered; stream 1 is open then. */
const asks = (call: unknown, id: number): Frame => ({ json: request(call, id) });
const NEXT = { method: 'nextBatch', stream: 1 };
/** An output with nothing in it: it ends its execution. */
const OUTPUT: Frame = {
  json: '{"type":"output","output":{"schema_version":"plugin_output.v1","notes":[],"findings":[],"metrics":{},"derivations":[],"tests":[],"charts":[],"artifacts":[]}}',
};
const file = (id: number, name: string): Frame => ({
  ...{ kind: 3, hex: Buffer.from(encodeArtifact(id, name, Buffer.from('x'))).toString('hex') },
});
const NO_FORM = /^a message has a form that does not exist$/;
const NO_MESSAGE = /^the bytes on stdout are no message$/;
const plugin = (body: string): string => `export default { async analyze(ctx) { ${body} } };`;
const objects = (
  name: string,
  body: string,
  reason: RegExp,
  twin: string,
  status: Execution['status'] = 'failed',
): Execution => ({
  ...{ kind: 'execution', group: 'protocol', name, code: plugin(body), status, reason, twin },
});
const FINDING = `{ kind: 'row_count', title: 'A title', statement: 'A statement.', fields: {}, target: {}, how: 'exact_count', severity: 'info' }`;

export const PROTOCOL: readonly Execution[] = [
  forged('text on stdout', { kind: 101, length: 0x6c6c6568, hex: '6f' }, NO_MESSAGE, says('hello')),
  forged('a frame of an unknown kind', { kind: 9, json: '{}' }, NO_MESSAGE, { kind: 1, ...says('{}') }),
  forged('a frame longer than any', { length: 4_000_000_000 }, NO_MESSAGE, says('x'.repeat(100_000))),
  {
    ...forged(
      'a frame longer than its limit',
      { length: 500_000_000 },
      /^output: more than 4 MB$/,
      says('x'.repeat(2_000_000)),
    ),
    ...{ status: 'limit_exceeded', limit: 'output_mb' },
  },
  forged('an empty frame', {}, /not JSON/, says('')),
  forged('half a JSON', { json: '{"type":' }, /not JSON/, says('{')),
  forged('two JSONs in a frame', { json: '{"type":"log","text":""}{}' }, /not JSON/, {
    json: ' {"type":"log","text":"{}{}"}\n',
  }),
  forged('text that is not UTF-8', { hex: '22ff22' }, /not JSON in UTF-8/, says('ÿ')),
  forged('a mark of byte order', { hex: 'efbbbf7b7d' }, /not JSON/, says('\\ufeff{}')),
  forged(
    'half a surrogate pair',
    { json: '{"type":"log","text":"\\ud800"}' },
    /surrogate/,
    says('\\ud83d\\ude00'),
  ),
  forged(
    'a key __proto__',
    { json: '{"type":"log","text":"","__proto__":{"x":1}}' },
    /the key __proto__/,
    says('__proto__'),
  ),
  forged(
    'a hidden key __proto__',
    { json: '{"type":"output","output":[{"\\u005f_proto__":1}]}' },
    /the key __proto__/,
    says('\\u005f_proto__'),
  ),
  forged(
    'a key constructor',
    { json: '{"type":"log","text":"","constructor":{"prototype":{"x":1}}}' },
    NO_FORM,
    says('constructor'),
  ),
  forged(
    'a number beyond the doubles',
    { json: '{"type":"progress","done":1e999,"total":1}' },
    /beyond the doubles/,
    PROGRESS,
  ),
  forged(
    'very deep JSON',
    { json: `{"type":"output","output":${'['.repeat(5000)}${']'.repeat(5000)}}` },
    /more than 100 levels/,
    {
      json: `{"type":"request","id":101,"call":{"method":"saveChunkState","chunk":0,"lookedAt":[],"state":${'['.repeat(90)}${']'.repeat(90)}}}`,
    },
  ),
  forged('a key twice', { json: '{"type":"log","text":"a","text":"b"}' }, /twice/, says('a')),
  forged('NaN', { json: '{"type":"progress","done":NaN,"total":1}' }, /not JSON/, {
    json: '{"type":"progress","done":-0,"total":1}',
  }),
  forged('no object', { json: 'null' }, NO_FORM, says('null')),
  forged('a list', { json: '[]' }, NO_FORM, says('[]')),
  forged('a type that does not exist', { json: '{"type":"exec","text":"ls"}' }, NO_FORM, says('ls')),
  forged(
    'a message of the host',
    { json: '{"type":"reply","id":1,"ok":true,"value":1}' },
    NO_FORM,
    asks({ method: 'chunkState', chunk: 0 }, 102),
  ),
  forged(
    'one member too many',
    { json: '{"type":"log","text":"a","to":"/etc/x"}' },
    NO_FORM,
    says('to /etc/x'),
  ),
  forged('a batch', { kind: 2, hex: '00' }, /form that does not exist|no message/, file(103, 'a.txt')),
  {
    ...forged(
      'a file larger than its limit',
      { kind: 3, length: 100_000_000 },
      /^artifacts: more than 4 MB$/,
      file(104, 'b.txt'),
    ),
    ...{ status: 'limit_exceeded', limit: 'output_mb' },
  },
  forged(
    'a text that is an object',
    { json: '{"type":"log","text":{"toString":"x"}}' },
    NO_FORM,
    says('{\\"toString\\":\\"x\\"}'),
  ),
  forged('a request without an id', { json: request(NEXT, null) }, NO_FORM, asks(NEXT, 0)),
  forged('a request with a negative id', { json: request(NEXT, -1) }, NO_FORM, asks(NEXT, 105)),
  forged('a request with half an id', { json: request(NEXT, 1.5) }, NO_FORM, asks(NEXT, 2 ** 53 - 1)),
  forged(
    'a method that does not exist',
    { json: request({ method: 'exec', sql: 'x' }) },
    NO_FORM,
    asks({ method: 'derive', name: 'x', sql: 'x' }, 106),
  ),
  forged(
    'a method of every object',
    { json: request({ method: 'constructor' }) },
    NO_FORM,
    asks({ method: 'derive', name: 'constructor', sql: 'x' }, 107),
  ),
  forged(
    'a query without parameters',
    { json: request({ method: 'query', sql: 'SELECT 1' }) },
    /^ctx\.query: must have required property 'parameters'/,
    asks({ method: 'query', sql: 'SELECT 1', parameters: [] }, 108),
  ),
  forged(
    'parameters that are objects',
    { json: request({ method: 'query', sql: 'SELECT 1', parameters: [{}] }) },
    /^ctx\.query: parameters\.0: must be string/,
    asks({ method: 'query', sql: 'SELECT 1', parameters: ['{}', 1, true, null] }, 109),
  ),
  forged(
    'a chunk that is no number',
    { json: request({ method: 'chunkState', chunk: '../1' }) },
    /^state of a chunk: chunk: must be integer/,
    asks({ method: 'chunkState', chunk: 0 }, 110),
  ),
  forged(
    'columns that are a text',
    { json: request({ method: 'openBatches', columns: 'length', chunk: null }) },
    /^ctx\.batches: columns: must be array/,
    asks({ method: 'openBatches', columns: ['length'], chunk: null }, 111),
  ),
  forged(
    'an output of another form',
    { json: '{"type":"output","output":{"findings":7}}' },
    /findings: must be array/,
    OUTPUT,
  ),
  forged('an output that is null', { json: '{"type":"output","output":null}' }, /must be object/, OUTPUT),
  objects(
    'a Proxy',
    `ctx.finding(new Proxy(${FINDING}, { ownKeys() { throw new Error('a trap'); } }));`,
    /^Error: a trap$/,
    `ctx.finding(new Proxy(${FINDING}, {}));`,
  ),
  objects(
    'a getter that throws',
    `ctx.note({ get toJSON() { throw new Error('a getter'); } });`,
    /^Error: a getter$/,
    `ctx.finding({ ...${FINDING}, get title() { return 'got'; } });`,
  ),
  objects(
    'a cycle',
    `const a = {}; a.a = a; ctx.note(a);`,
    /circular/i,
    `const twice = {}; ctx.finding({ ...${FINDING}, fields: twice, target: twice });`,
  ),
  objects('a number of many digits', `ctx.note(1n);`, /BigInt/, `ctx.note(String(2n ** 99n));`),
  objects(
    'toJSON that lies',
    `ctx.finding({ ...${FINDING}, toJSON: () => ({ findings: 7 }) });`,
    /must|required/,
    `ctx.finding({ ...${FINDING}, toJSON: () => (${FINDING}) });`,
    'invalid_output',
  ),
  objects(
    'a promise as a finding',
    `ctx.finding(Promise.resolve(${FINDING}));`,
    /fields|undefined|null/,
    `ctx.finding(await Promise.resolve(${FINDING}));`,
  ),
  objects(
    'a promise as a note',
    `ctx.note(Promise.resolve('x'));`,
    /notes/,
    `ctx.note(await Promise.resolve('x'));`,
    'invalid_output',
  ),
  objects(
    'a thenable as a field',
    `ctx.finding({ ...${FINDING}, fields: { n: { from: { then: 'x' } } } });`,
    /fields/,
    `ctx.finding({ ...${FINDING}, fields: { n: { from: { setting: 'then' } } } });`,
    'invalid_output',
  ),
  objects(
    'an object that turns into text',
    `ctx.finding({ ...${FINDING}, title: { [Symbol.toPrimitive]: () => 'x' } });`,
    /title/,
    `ctx.finding({ ...${FINDING}, title: '' + { [Symbol.toPrimitive]: () => 'x' } });`,
    'invalid_output',
  ),
  objects(
    'a field called __proto__',
    `ctx.finding({ ...${FINDING}, fields: JSON.parse('{"__proto__":{"from":{"setting":"x"}}}') });`,
    /__proto__|fields/,
    `ctx.finding({ ...${FINDING}, fields: JSON.parse('{"proto":{"from":{"setting":"x"}}}') });`,
    'invalid_output',
  ),
  objects(
    'a metric called __proto__',
    `ctx.metric('__proto__', { setting: 'x' });`,
    /the key __proto__/,
    `ctx.metric('constructor', { setting: 'x' });`,
    'invalid_output',
  ),
  objects(
    'a finding that is nested deeply',
    `let deep = {}; for (let i = 0; i < 500; i++) deep = { deep }; ctx.chart({ name: 'x', title: 'x', alternative: 'x', query: { id: 'q1' }, spec: deep });`,
    /more than 100 levels/,
    `let deep = {}; for (let i = 0; i < 50; i++) deep = { deep }; ctx.chart({ name: 'x', title: 'x', alternative: 'x', query: { id: 'q1' }, spec: deep });`,
    'invalid_output',
  ),
  objects(
    'a handle of another form',
    `ctx.finding({ ...${FINDING}, rows: { id: '../../q1' } });`,
    /rows/,
    `ctx.finding({ ...${FINDING}, rows: { id: 'q1' } });`,
    'invalid_output',
  ),
  objects(
    'half a surrogate pair in a note',
    `ctx.note('\\ud800');`,
    /surrogate/,
    `ctx.note('\\ud83d\\ude00');`,
    'invalid_output',
  ),
];

/** Sends frames like {@link FORGES}, reads the answer to each question, and notes those that are no success. */
const ASKS = `${FORGES.replace('export default', 'const forges =')}
const read = async (length) => {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) at += await Deno.stdin.read(bytes.subarray(at));
  return bytes;
};
export default { async analyze(ctx) {
  await forges.analyze(ctx);
  for (let i = 0; i < ctx.settings.questions; i++) {
    const header = new DataView((await read(5)).buffer);
    const payload = await read(header.getUint32(0, true));
    const answer = header.getUint8(4) === 2 ? { ok: true } : JSON.parse(new TextDecoder().decode(payload));
    if (!answer.ok) ctx.note(JSON.stringify(answer));
  }
} };`;

const ANSWERING: Partial<DataDoor> = {
  query: async () => ({ handle: 'q1', columns: [], rows: [] }),
  derive: async () => undefined,
  batches: async function* () {
    for (;;) yield { part: 1, rows: 0, rowNumbers: new BigInt64Array(), columns: {} };
  },
};
const isQuestion = ({ kind, json = '' }: Frame) => kind === 3 || json.includes('"request"');

type Twins = Pick<Execution, 'name' | 'code' | 'settings' | 'start' | 'door'>;

/** The twins of all attacks, in as few plugins as can be: `messages`, which notes what was not answered, `objects`, `output`. */
export function protocolTwins(): {
  readonly messages: Twins;
  readonly objects: Twins;
  readonly output: Twins;
} {
  const twins = PROTOCOL.flatMap(({ twin }) => (twin === undefined ? [] : [twin]));
  const bodies = twins.filter((twin) => typeof twin === 'string');
  const opening = asks({ method: 'openBatches', columns: [], chunk: null }, 100);
  const frames = [opening, ...twins.filter((twin) => typeof twin !== 'string').filter((it) => it !== OUTPUT)];
  return {
    messages: {
      ...{ name: 'messages', code: ASKS, door: ANSWERING },
      settings: { frames, questions: frames.filter(isQuestion).length },
      start: { chunks: [{ rows: 1, firstRow: 1, lastRow: 1 }] },
    },
    objects: { name: 'objects', code: plugin(bodies.map((body) => `{ ${body} }`).join('\n')) },
    output: { name: 'output', code: FORGES, settings: { frames: [OUTPUT], wait: true } },
  };
}
