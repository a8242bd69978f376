import type { Execution } from '../attack.ts';

const attack = (name: string, body: string, rest: Partial<Execution> = {}): Execution => ({
  ...{
    kind: 'execution',
    group: 'tampering',
    name,
    code: `export default { async analyze(ctx) { ${body} } };`,
  },
  ...{ status: 'ok', ...rest },
});
const NEVER = `await new Promise(() => setInterval(() => {}, 1000));`;

/** What they change is their own world: the host judges what it receives, and nobody else sees it. */
export const TAMPERING: readonly Execution[] = [
  attack(
    'prototypes of all objects',
    `Object.prototype.polluted = 'yes'; Object.prototype.ok = true; Object.prototype.status = 'ok'; ctx.note('x');`,
  ),
  attack('the push of all lists', `Array.prototype.push = () => 0; ctx.note('x');`),
  attack('the writer of JSON', `JSON.stringify = () => '{"type":"exec"}'; ctx.note('x');`),
  attack(
    'the encoder of text',
    `TextEncoder.prototype.encode = () => new Uint8Array([1, 2, 3]); ctx.note('x');`,
    { status: 'invalid_output', reason: /JSON/ },
  ),
  attack(
    'how JSON writes everything',
    `Object.prototype.toJSON = () => ({ type: 'output', output: 7 }); ctx.note('x');`,
    { status: 'invalid_output', reason: /must be|form/ },
  ),
  attack('the end of the process', `Deno.exit = () => {}; ctx.note('x');`),
  attack(
    'the end of the process, waited for',
    `globalThis.addEventListener('unload', (event) => { for (;;); }); ctx.note('x');`,
  ),
  attack('work after the output', `Deno.exit = () => { for (;;); }; ctx.note('x');`),
  attack(
    'a failure, hidden',
    `globalThis.addEventListener('unhandledrejection', (event) => event.stopImmediatePropagation()); Promise.reject(new Error('nobody listens')); ${NEVER}`,
    { status: 'failed', reason: /nobody listens/ },
  ),
  attack(
    'signals, not heard',
    `for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) Deno.addSignalListener(name, () => {}); ${NEVER}`,
    { status: 'timed_out', limit: 'wall_s', reason: /^wall time/, limits: { wall_s: 1 } },
  ),
  attack('the exit code', `Deno.exit(0);`, {
    status: 'failed',
    reason: /^it ended without a result \(exit code 0\)/,
  }),
  attack('the exit code by node', `(await import('node:process')).exit(0);`, {
    status: 'failed',
    reason: /^it ended without a result \(exit code 0\)/,
  }),
  attack('the end by its own signal', `(await import('node:process')).abort();`, {
    status: 'failed',
    reason: /^it ended without a result/,
  }),
  attack('a flaw of the runtime, provoked', `new (Deno[Deno.internal].core.ops.BrowserWindow)();`, {
    status: 'failed',
    reason: /^it ended without a result \(exit code 1\)/,
  }),
  attack(
    'the answers, read before the runner',
    `await Deno.stdin.read(new Uint8Array(1e6)).then(() => {}, () => {}); ctx.note('x');`,
    { status: 'timed_out', limit: 'wall_s', reason: /^wall time/, limits: { wall_s: 1 } },
  ),
  attack('the channel, closed', `Deno.stdout.close(); ctx.note('x');`, { status: 'failed', reason: /./ }),
  attack(
    'a stack that names files',
    `Error.prepareStackTrace = (_, sites) => sites.map((site) => site.getFileName()).join(); throw new Error('x');`,
    { status: 'failed', reason: /read only property/ },
  ),
  attack(
    'a name for its error',
    `const error = new Error('x'); error.name = '\\u001b[2J'.repeat(1000); throw error;`,
    { status: 'failed', reason: /./ },
  ),
  attack('an error that is none', `throw { toString() { throw 1; } };`, { status: 'failed', reason: /./ }),
  attack(
    'an error whose message is an object',
    `throw Object.assign(new Error('x'), { message: { toWellFormed: () => ({ a: 1 }) } });`,
    { status: 'failed', reason: /./ },
  ),
];
