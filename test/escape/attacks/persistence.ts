import type { Attempt } from '../attack.ts';

/** A permission is missing, or the folder in which the runtime would keep it can not exist. */
const DENIED = /Requires (read|write) access|^NotADirectory|^Error: Failed to create cache storage/;

/** Each looks for what it kept before, keeps it, and tells what it saw. It is executed twice. */
const keeps = (name: string, look: string, keep: string): Attempt => ({
  ...{ kind: 'attempt', group: 'persistence', name, works: /^kept$/, gives: /^nothing$/, denied: DENIED },
  code: `const seen = ${look}; ${keep}; return seen ?? 'nothing';`,
});

export const PERSISTENCE: readonly Attempt[] = [
  keeps('localStorage', `localStorage.getItem('x')`, `localStorage.setItem('x', 'kept')`),
  keeps(
    'the cache of fetch',
    `await (await (await caches.open('x')).match('http://a.example/'))?.text()`,
    `await (await caches.open('x')).put('http://a.example/', new Response('kept'))`,
  ),
  {
    // It is behind a flag of Deno's, which only the canary sets.
    ...keeps(
      'the database of Deno',
      `(await (await Deno.openKv()).get(['x'])).value`,
      `await (await Deno.openKv()).set(['x'], 'kept')`,
    ),
    denied: /openKv is not a function/,
  },
  keeps(
    'a file in its folder',
    `await Deno.readTextFile('kept.txt').catch((e) => { if (e.name === 'NotFound') return; throw e; })`,
    `await Deno.writeTextFile('kept.txt', 'kept')`,
  ),
  keeps(
    'a file in the folder for temporary files',
    `await Deno.readTextFile(at.outside + '.kept').catch((e) => { if (e.name === 'NotFound') return; throw e; })`,
    `await Deno.writeTextFile(at.outside + '.kept', 'kept')`,
  ),
  keeps(
    'a database in its folder',
    `new (await import('node:sqlite')).DatabaseSync('kept.db').prepare("SELECT name FROM sqlite_master").get()?.name`,
    `new (await import('node:sqlite')).DatabaseSync('kept.db').exec('CREATE TABLE IF NOT EXISTS kept (a)')`,
  ),
];
