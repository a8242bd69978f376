import { type Attempt, lacks } from '../attack.ts';

const RUN = lacks('run');
/** The gate before node:child_process is that of the environment. */
const RUN_OF_NODE = lacks('(run|env|read)');
const NO_PROGRAM = /NotFound|No such file|ENOENT|not found/i;
const NO_PROCESS = /ESRCH|No such process|NotFound/i;

const attempt = (name: string, expression: string, works: RegExp, denied = RUN): Attempt => ({
  ...{ kind: 'attempt', group: 'processes and signals', name, code: `return ${expression};`, works, denied },
});
const spawned = (call: string): string => `new Promise((yes, no) => {
  import('node:child_process').then((it) => {
    const child = it.${call};
    child.on('spawn', () => yes('ran'));
    child.on('error', no);
  }).catch(no);
})`;

export const PROCESSES: readonly Attempt[] = [
  {
    ...attempt(
      'a command',
      `new TextDecoder().decode((await new Deno.Command('/bin/sh', { args: ['-c', 'echo ran'] }).output()).stdout)`,
      /ran/,
    ),
    inBubblewrap: NO_PROGRAM,
  },
  {
    ...attempt(
      'a command that is left running',
      `new Deno.Command('/bin/sh', { args: ['-c', 'exit'] }).spawn().pid`,
      /\d/,
    ),
    inBubblewrap: NO_PROGRAM,
  },
  {
    ...attempt(
      'a command with a library of its own',
      `(await new Deno.Command('/bin/sh', { args: ['-c', 'exit'], env: { LD_PRELOAD: '' } }).output()).code`,
      /0/,
    ),
    inBubblewrap: NO_PROGRAM,
  },
  attempt(
    'the runtime itself, with other rights',
    `(await new Deno.Command(Deno.execPath(), { args: ['--version'] }).output()).code`,
    /0/,
    lacks('(run|read)'),
  ),
  {
    ...attempt(
      'exec of node:child_process',
      `(await import('node:child_process')).execSync('echo ran', { env: {} })`,
      /ran/,
      RUN_OF_NODE,
    ),
    inBubblewrap: NO_PROGRAM,
  },
  {
    ...attempt(
      'spawn of node:child_process',
      spawned(`spawn('/bin/sh', ['-c', 'exit'], { env: {} })`),
      /ran/,
      RUN_OF_NODE,
    ),
    inBubblewrap: NO_PROGRAM,
  },
  attempt(
    'fork of node:child_process',
    spawned(`fork(new URL(at.module).pathname, { env: {} })`),
    /ran/,
    RUN_OF_NODE,
  ),
  {
    ...attempt('a signal to another process', `Deno.kill(at.victim, 'SIGCONT') ?? 'sent'`, /sent/),
    inBubblewrap: NO_PROCESS,
  },
  {
    ...attempt(
      'a signal of node to another process',
      `(await import('node:process')).kill(at.victim, 0)`,
      /true/,
    ),
    inBubblewrap: NO_PROCESS,
  },
  attempt('a signal to the parent', `Deno.kill(Deno.ppid, 'SIGCONT') ?? 'sent'`, /sent/),
  attempt(
    'a foreign library',
    `Object.keys(Deno.dlopen('libc.so.6', { getpid: { parameters: [], result: 'i32' } }).symbols).join()`,
    /getpid/,
    lacks('ffi'),
  ),
  attempt('a pointer', `typeof Deno.UnsafePointer.of(new Uint8Array(8))`, /object/, lacks('ffi')),
  attempt(
    'memory by its address',
    `new Deno.UnsafePointerView(Deno.UnsafePointer.of(new Uint8Array([7]))).getUint8()`,
    /7/,
    lacks('ffi'),
  ),
  attempt(
    'an extension of a database',
    `(() => { const sql = new (process.getBuiltinModule('sqlite').DatabaseSync)(':memory:', { allowExtension: true }); return typeof sql.loadExtension; })()`,
    /function/,
    lacks('ffi'),
  ),
  attempt(
    'another user',
    `(await import('node:process')).setuid((await import('node:process')).getuid()) ?? 'set'`,
    /set/,
    lacks('sys'),
  ),
  attempt('another priority', `(await import('node:os')).setPriority(0) ?? 'set'`, /set/, lacks('sys')),
  attempt('another folder', `Deno.chdir('/') ?? 'moved'`, /moved/, lacks('(read|write)')),
  attempt(
    'more permissions, asked for',
    `(async () => { const { state } = await Deno.permissions.request({ name: 'run' }); if (state !== 'granted') throw new Error(state); return state; })()`,
    /granted/,
    /denied/,
  ),
];
