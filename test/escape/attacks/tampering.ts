import type { Execution } from '../attack.ts';

/** `canary`: what it changes is changed, as its note tells, or the host sees of it what it should not. */
const attack = (name: string, body: string, canary: RegExp, rest: Partial<Execution> = {}): Execution => ({
  ...{ kind: 'execution', group: 'tampering', name, status: 'ok', canary },
  code: `export default { async analyze(ctx) { ${body} } };`,
  ...rest,
});
const NEVER = `await new Promise(() => setInterval(() => {}, 1000));`;
const OUT_OF_TIME: Partial<Execution> = {
  ...{ status: 'timed_out', limit: 'wall_s', reason: /^wall time: more than 1 s$/, limits: { wall_s: 1 } },
};
const WITHOUT_RESULT: Partial<Execution> = {
  ...{ status: 'failed', reason: /^it ended without a result \(exit code 0\)/ },
};

/** What they change is their own world: the host judges what it receives, and nobody else sees it. */
export const TAMPERING: readonly Execution[] = [
  attack(
    'prototypes of all objects',
    `Object.prototype.polluted = 'yes'; Object.prototype.ok = true; Object.prototype.status = 'ok'; ctx.note({}.polluted);`,
    /note: yes/,
  ),
  attack(
    'the push of all lists',
    `Array.prototype.push = () => 0; const list = []; list.push(1); ctx.note(list.length + ' kept');`,
    /note: 0 kept/,
  ),
  attack(
    'the writer of JSON',
    `JSON.stringify = () => '{"type":"exec"}'; ctx.note(JSON.stringify({}));`,
    /note: {"type":"exec"}/,
  ),
  attack(
    'the encoder of text',
    `TextEncoder.prototype.encode = () => new Uint8Array([1, 2, 3]); ctx.note(new TextEncoder().encode('x').join());`,
    /note: 1,2,3/,
    { status: 'invalid_output', reason: /JSON/ },
  ),
  attack(
    'how JSON writes everything',
    `Object.prototype.toJSON = () => ({ type: 'output', output: 7 }); ctx.note(JSON.stringify({}));`,
    /note: {"type":"output","output":7}/,
    { status: 'invalid_output', reason: /must be|form/ },
  ),
  attack('the end of the process', `Deno.exit = () => {}; Deno.exit(9); ctx.note('lives');`, /note: lives/),
  attack(
    'the end of the process, waited for',
    `globalThis.addEventListener('unload', (event) => { for (;;); }); ctx.note('x');`,
    /SIGTERM$/,
  ),
  attack('work after the output', `Deno.exit = () => { for (;;); }; ctx.note('x');`, /SIGTERM$/),
  attack(
    'a failure, hidden',
    `globalThis.addEventListener('unhandledrejection', (event) => { event.preventDefault(); event.stopImmediatePropagation(); }); Promise.reject(new Error('nobody listens')); await new Promise((resolve) => setTimeout(resolve, 50)); ctx.note('hidden');`,
    /note: hidden/,
    { status: 'failed', reason: /nobody listens/ },
  ),
  attack(
    'signals, not heard',
    `for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) Deno.addSignalListener(name, () => {}); ctx.note('x'); ${NEVER}`,
    /SIGKILL$/,
    OUT_OF_TIME,
  ),
  attack('the exit code', `Deno.exit(0);`, /^exit 0$/, WITHOUT_RESULT),
  attack('the exit code by node', `(await import('node:process')).exit(0);`, /^exit 0$/, WITHOUT_RESULT),
  attack('the end by its own signal', `(await import('node:process')).abort();`, /SIGABRT$/, {
    ...{ status: 'failed', reason: /^it ended without a result/ },
  }),
  attack(
    'a flaw of the runtime, provoked',
    `new (Deno[Deno.internal].core.ops.BrowserWindow)();`,
    /panicked/,
    {
      ...{ status: 'failed', reason: /^it ended without a result \(exit code 1\)/ },
    },
  ),
  attack(
    'the answers, read before the runner',
    `ctx.note('read: ' + await Deno.stdin.read(new Uint8Array(1e6)));`,
    /note: read: 9/,
    OUT_OF_TIME,
  ),
  attack(
    'the channel, closed',
    `Deno.stdout.close(); try { Deno.stdout.writeSync(new Uint8Array(1)); } catch (error) { ctx.note(error.name); }`,
    /note: BadResource/,
    { status: 'failed', reason: /^it ended without a result \(exit code 1\): error: Uncaught .*BadResource/ },
  ),
  attack(
    'a stack that names files',
    `Error.prepareStackTrace = (_, sites) => sites.map((site) => site.getFileName()).join(); ctx.note(new Error('x').stack);`,
    /note: \S*plugin\.mjs/,
    { status: 'failed', reason: /read only property/ },
  ),
  attack(
    'a name for its error',
    `const error = new Error('x'); error.name = '\\u001b[2J'.repeat(1000); throw error;`,
    /threw \u001b\[2J/,
    { status: 'failed', reason: /^\S*\[2J/ },
  ),
  attack('an error that is none', `throw { toString() { throw 1; } };`, /Uncaught/, {
    ...{ status: 'failed', reason: /^1$/ },
  }),
  attack(
    'an error whose message is an object',
    `throw Object.assign(new Error('x'), { message: { toWellFormed: () => ({ a: 1 }) } });`,
    /threw Error: \[object Object\]/,
    { status: 'failed', reason: /^Error: \[object Object\]$/ },
  ),
];
