import type { Attempt } from '../attack.ts';

/** What tells a moment, or chance, is the same in each execution; in the canary it differs from run to run. */
const attempt = (name: string, expression: string): Attempt => ({
  ...{
    kind: 'attempt',
    group: 'time and randomness',
    name,
    code: `return ${expression};`,
    works: /./,
    gives: /./,
  },
});
/** Hygiene takes these away. */
const taken = (name: string, expression: string): Attempt => ({
  ...{ kind: 'attempt', group: 'time and randomness', name, code: `return ${expression};`, works: /./ },
  ...{ denied: /is not defined|is not a function|Blocked by null entry/, only: 'plain' },
});
const TIMER = `new Promise((yes, no) => {
  const ticks = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker('data:text/javascript,' + encodeURIComponent('onmessage = ({ data }) => { for (;;) Atomics.add(data, 0, 1); };'), { type: 'module' });
  worker.postMessage(ticks);
  setTimeout(() => { worker.terminate(); yes(Atomics.load(ticks, 0)); }, 200);
})`;

export const TIME_AND_RANDOMNESS: readonly Attempt[] = [
  attempt('Date.now', `Date.now()`),
  attempt('a new Date', `new Date().getTime()`),
  attempt('Date as a function, by the constructor behind', `new (new Date(0).constructor)().getTime()`),
  attempt('a subclass of Date', `new (class extends Date {})().getTime()`),
  attempt(
    'a wait',
    `new Promise((yes) => { const from = Date.now() + performance.now(); setTimeout(() => yes(Date.now() + performance.now() - from), 5 + 20 * Math.random()); })`,
  ),
  attempt('performance.now', `performance.now()`),
  attempt('performance.timeOrigin', `performance.timeOrigin`),
  attempt('Temporal.Now.instant', `Temporal.Now.instant().epochNanoseconds`),
  attempt('Temporal.Now.zonedDateTimeISO', `Temporal.Now.zonedDateTimeISO().epochNanoseconds`),
  attempt('Temporal.Now.plainDateTimeISO', `Temporal.Now.plainDateTimeISO()`),
  attempt('Temporal.Now.plainTimeISO', `Temporal.Now.plainTimeISO()`),
  attempt(
    'Intl.DateTimeFormat',
    `new Intl.DateTimeFormat('en', { fractionalSecondDigits: 3, second: 'numeric', minute: 'numeric' }).format()`,
  ),
  attempt(
    'Intl.DateTimeFormat, in parts',
    `new Intl.DateTimeFormat('en', { fractionalSecondDigits: 3, second: 'numeric', minute: 'numeric' }).formatToParts().map((p) => p.value).join('')`,
  ),
  attempt('Math.random', `Math.random()`),
  attempt('crypto.getRandomValues', `crypto.getRandomValues(new Uint8Array(8)).join()`),
  attempt('crypto.randomUUID', `crypto.randomUUID()`),
  taken(
    'a key of crypto.subtle',
    `crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt']).then((key) => crypto.subtle.exportKey('raw', key)).then((raw) => new Uint8Array(raw).join())`,
  ),
  taken('the name of a blob', `URL.createObjectURL(new Blob(['x']))`),
  taken('the time of a file in memory', `new File([], 'x').lastModified`),
  taken('a counting worker as a clock', TIMER),
  taken('the clock of node:perf_hooks', `(await import('node:perf_hooks')).performance.now()`),
  taken('the clock of another context', `(await import('node:vm')).runInNewContext('Date.now()')`),
  taken('the clock of node:process', `(await import('node:process')).default.hrtime.bigint()`),
  taken('the chance of node:crypto', `(await import('node:crypto')).randomBytes(8).toString('hex')`),
];
