import { type Attempt, lacks } from '../attack.ts';

/** V8's answer to code made from text. */
const TEXT = /^EvalError: Code generation from strings disallowed/;
const READ = lacks('read');
const SECRET = /top secret/;
/** Code that reads the secret; to run it is no harm, to read is. */
const STEAL = `'Deno.readTextFileSync(' + JSON.stringify(at.secret) + ')'`;
/** `(module (import "e" "f" (func)) (func (export "r") call 0))` */
const CALLING_WASM =
  '0061736d01000000010401600000020701016501660000030201000705010172000' + '10a0601040010000b';
const BY_WASM = `(async () => {
  let stolen;
  const steal = () => { stolen = Deno.readTextFileSync(at.secret); };
  const { instance } = await WebAssembly.instantiate(Uint8Array.fromHex('${CALLING_WASM}'), { e: { f: steal } });
  instance.exports.r();
  return stolen;
})()`;
const BY_INSPECTOR = `new Promise((yes, no) => {
  import('node:inspector').then(({ Session }) => {
    const session = new Session();
    session.connect();
    session.post('Runtime.evaluate', { expression: '6 * 7' }, (error, { result } = {}) => error ? no(error) : yes(result.value));
  }).catch(no);
})`;
const BY_CORE = `(() => {
  const [value, failed] = Deno[Deno.internal].core.evalContext(${STEAL}, 'file:///x');
  if (failed) throw failed.thrown;
  return value;
})()`;
const BY_NODE_WORKER = `new Promise((yes, no) => {
  import('node:worker_threads').then(({ Worker }) => {
    const worker = new Worker('require("node:worker_threads").parentPort.postMessage(require("fs").readFileSync(' + JSON.stringify(at.secret) + ', "utf8"))', { eval: true });
    worker.on('message', yes);
    worker.on('error', no);
  }).catch(no);
})`;

const attempt = (name: string, expression: string, works: RegExp, denied: RegExp): Attempt => ({
  ...{ kind: 'attempt', group: 'code loading', name, code: `return ${expression};`, works, denied },
});
const onBare = (one: Attempt): Attempt => ({ ...one, only: 'bare' });

export const CODE_LOADING: readonly Attempt[] = [
  attempt('eval', `(0, eval)('6 * 7')`, /42/, TEXT),
  attempt('Function', `new Function('return 6 * 7')()`, /42/, TEXT),
  attempt('the constructor of functions', `(() => {}).constructor('return 6 * 7')()`, /42/, TEXT),
  attempt('the constructor of async functions', `(async () => {}).constructor('return 6 * 7')()`, /42/, TEXT),
  attempt(
    'the constructor of generators',
    `(function* () {}).constructor('yield 6 * 7')().next().value`,
    /42/,
    TEXT,
  ),
  attempt('Reflect.construct', `Reflect.construct(Function, ['return 6 * 7'])()`, /42/, TEXT),
  attempt(
    'other flags for V8, then eval',
    `(async () => { (await import('node:v8')).setFlagsFromString('--no-disallow-code-generation-from-strings'); return (0, eval)('6 * 7'); })()`,
    /42/,
    TEXT,
  ),
  attempt(
    'a data: module',
    `(await import('data:text/javascript,export default ' + encodeURIComponent(${STEAL}))).default`,
    SECRET,
    READ,
  ),
  attempt(
    'a blob: module',
    `(await import(URL.createObjectURL(new Blob(['export default ' + ${STEAL}], { type: 'text/javascript' })))).default`,
    SECRET,
    READ,
  ),
  onBare(attempt('node:vm', `(await import('node:vm')).runInThisContext(${STEAL})`, SECRET, READ)),
  onBare(
    attempt(
      'node:vm, a context of its own',
      `(await import('node:vm')).runInNewContext(${STEAL}, { Deno })`,
      SECRET,
      READ,
    ),
  ),
  onBare(
    attempt(
      'node:vm, a script',
      `new (await import('node:vm')).Script(${STEAL}).runInThisContext()`,
      SECRET,
      READ,
    ),
  ),
  attempt(
    'createRequire',
    `(await import('node:module')).createRequire(at.secretUrl)(at.secret)`,
    SECRET,
    READ,
  ),
  attempt(
    'require.resolve',
    `(await import('node:module')).createRequire(at.secretUrl).resolve('./secret.json')`,
    /secret/,
    READ,
  ),
  attempt(
    'getBuiltinModule',
    `(await import('node:process')).default.getBuiltinModule('fs').readFileSync(at.secret, 'utf8')`,
    SECRET,
    READ,
  ),
  attempt(
    'the loader of node:module',
    `(await import('node:module')).default._load('fs').readFileSync(at.secret, 'utf8')`,
    SECRET,
    READ,
  ),
  onBare(attempt('a worker of node:worker_threads', BY_NODE_WORKER, SECRET, READ)),
  attempt('the inside of the runtime', BY_CORE, SECRET, READ),
  attempt('the inspector', BY_INSPECTOR, /42/, lacks('sys')),
  attempt('WebAssembly that calls back', BY_WASM, SECRET, READ),
  attempt('WebAssembly from a file', `(await import(at.wasm)).answer()`, /42/, READ),
  attempt(
    'WebAssembly, fetched',
    `(await WebAssembly.instantiateStreaming(fetch(at.wasm), {})).instance.exports.answer()`,
    /42/,
    READ,
  ),
  attempt(
    'WebAssembly with a system of its own',
    `(async () => { const { WASI } = await import('node:wasi'); new WASI({ version: 'preview1', preopens: { '/': at.folder } }); return 'opened'; })()`,
    /opened/,
    /failed to open preopen/,
  ),
  attempt(
    'a native module',
    `Object.keys((await import('node:module')).createRequire(at.secretUrl)(at.native)).length`,
    /\d/,
    lacks('(read|ffi)'),
  ),
  attempt(
    'a native module by process.dlopen',
    `(await import('node:process')).default.dlopen({ exports: {} }, at.native)`,
    /./,
    lacks('(read|ffi)'),
  ),
];
