import { type Attempt, type Execution, lacks } from '../attack.ts';

const READ = lacks('read');
const WRITE = lacks('(read|write)');
const SECRET = /top secret/;
/** Nothing of the host's files is there. */
const AWAY = /NotFound|No such file|ENOENT|not found|Cannot find|Unable to load/i;
const NOT_WRITABLE = /Read-only file system|EROFS|NotFound|No such file|ENOENT|unable to open/i;
const FS = `(await import('node:fs'))`;
const WORKER = `new Promise((yes, no) => {
  const worker = new Worker(at.module, { type: 'module' });
  worker.onerror = (event) => { event.preventDefault(); no(new Error(event.message)); };
  worker.onmessage = ({ data }) => { worker.terminate(); yes(data); };
})`;

const reads = (name: string, expression: string, works = SECRET, denied = READ): Attempt => ({
  ...{ kind: 'attempt', group: 'file system', name, code: `return ${expression};`, works, denied },
  inBubblewrap: AWAY,
});
/** The same, of what is not the host's in bubblewrap. */
const learns = (name: string, expression: string, works: RegExp): Attempt => ({
  ...{ kind: 'attempt', group: 'file system', name, code: `return ${expression};`, works, denied: READ },
});
const writes = (name: string, statement: string, denied = WRITE): Attempt => ({
  ...{ kind: 'attempt', group: 'file system', name, code: `${statement}; return 'done';`, denied },
  ...{ works: /^done$/, inBubblewrap: NOT_WRITABLE },
});

export const FILE_SYSTEM: readonly Attempt[] = [
  reads('an absolute path', `Deno.readTextFile(at.secret)`),
  reads('a relative path, up and down again', `Deno.readTextFile('../'.repeat(40) + at.secret.slice(1))`),
  reads('a file, opened', `(await Deno.open(at.secret)).stat().then(({ size }) => size)`, /^12$/),
  reads('a file, read at once', `Deno.readTextFileSync(at.secret)`),
  reads('a file: URL', `Deno.readTextFile(new URL(at.secretUrl))`),
  reads(
    'a file: URL with an escaped letter',
    `Deno.readTextFile(new URL(at.secretUrl.replace('/secret', '/%73ecret')))`,
  ),
  reads(
    'a file: URL with a host',
    `Deno.readTextFile(new URL(at.secretUrl.replace('file:///', 'file://localhost/')))`,
  ),
  reads('fetch of a file: URL', `(await fetch(at.secretUrl)).text()`),
  reads('node:fs', `${FS}.readFileSync(at.secret, 'utf8')`),
  reads('node:fs/promises', `(await import('node:fs/promises')).readFile(at.secret, 'utf8')`),
  reads('node:fs, as a stream', `Array.fromAsync(${FS}.createReadStream(at.secret)).then(String)`),
  reads('node:fs, as a blob', `(await ${FS}.openAsBlob(at.secret)).text()`),
  reads('a symbolic link that was there', `Deno.readTextFile(at.link)`),
  reads('a hard link that was there', `Deno.readTextFile(at.folder + '/hard.json')`),
  reads('/proc/self/root', `Deno.readTextFile('/proc/self/root' + at.secret)`),
  reads('/proc/self/cwd', `Deno.readTextFile('/proc/self/cwd/' + '../'.repeat(40) + at.secret.slice(1))`),
  reads('/proc/self/environ', `Deno.readTextFile('/proc/self/environ')`),
  reads('/proc/self/cmdline', `Deno.readTextFile('/proc/self/cmdline')`, /deno/),
  reads('/proc/self/maps', `Deno.readTextFile('/proc/self/maps')`, /rw-p/),
  reads('/proc of the first process', `Deno.readTextFile('/proc/1/cmdline')`, /./),
  reads('/proc of the host', `Deno.readTextFile('/proc/' + at.victim + '/cmdline')`, /node/),
  reads('an import with type json', `(await import(at.secretUrl, { with: { type: 'json' } })).default`),
  reads('an import with type text', `(await import(at.text, { with: { type: 'text' } })).default`),
  reads(
    'an import with type bytes',
    `String.fromCharCode(...(await import(at.text, { with: { type: 'bytes' } })).default)`,
    SECRET,
    // This type is behind a flag of Deno's, which only the canary sets.
    /Requires read access|"bytes" is not a valid module type/,
  ),
  reads('an import as a module', `(await import(at.module)).default`),
  reads('an import by import.meta.resolve', `(await import(import.meta.resolve(at.module))).default`),
  reads(
    'an import from inside a data: module',
    `(await import('data:text/javascript,export {default} from ' + JSON.stringify(at.secretUrl) + ' with {type:"json"}')).default`,
  ),
  reads('a worker made of a file', WORKER),
  learns('the list of the root', `(await Array.fromAsync(Deno.readDir('/'))).length`, /\d/),
  learns('the list of the folder above', `(await Array.fromAsync(Deno.readDir('..'))).length`, /\d/),
  reads('the list by node:fs', `${FS}.readdirSync(at.folder).join()`, /secret/),
  reads('the size of a file', `(await Deno.stat(at.secret)).size`, /^12$/),
  reads('whether a file is there', `${FS}.accessSync(at.secret) ?? 'there'`, /there/),
  reads('where a link leads', `Deno.readLink(at.link)`, /secret/),
  reads('the real path of a link', `Deno.realPath(at.link)`, /secret/),
  reads('a folder, watched', `Deno.watchFs(at.folder).close() ?? 'watched'`, /watched/),
  learns('how full the disk is', `${FS}.statfsSync('/').blocks`, /\d/),
  writes('an absolute path, written', `await Deno.writeTextFile(at.outside + '.1', 'x')`),
  writes('the folder above, written', `await Deno.writeTextFile('../escaped.txt', 'x')`),
  writes('its own folder, written', `await Deno.writeTextFile('./file.3', 'x')`),
  writes(
    'its own code, written',
    `await Deno.writeTextFile(new URL(import.meta.url), '// x', { append: true })`,
  ),
  writes(
    'the runner, written',
    `await Deno.writeTextFile(new URL('runner.mjs', import.meta.url), '// x', { append: true })`,
  ),
  writes('a file, appended to', `await Deno.writeTextFile(at.outside + '.4', 'x', { append: true })`),
  writes('a file, emptied', `await Deno.truncate(at.outside + '.emptied')`),
  writes('a file, moved', `await Deno.rename(at.outside + '.moved', at.outside + '.5')`),
  writes('a file, removed', `await Deno.remove(at.outside + '.removed')`),
  writes('a file, copied', `await Deno.copyFile(at.secret, at.outside + '.6')`),
  writes('node:fs, written', `${FS}.writeFileSync(at.outside + '.7', 'x')`),
  writes('a folder, made', `await Deno.mkdir(at.outside + '.8')`),
  writes('a temporary file, made', `await Deno.remove(await Deno.makeTempFile())`),
  writes('rights, changed', `await Deno.chmod(at.secret, 0o644)`),
  writes('times, changed', `await Deno.utime(at.secret, 0, 0)`),
  writes(
    'a symbolic link, made',
    `await Deno.symlink(at.secret, at.outside + '.9')`,
    /requires unscoped|Requires (read|write) access/,
  ),
  writes(
    'a symbolic link beside the code, made',
    `await Deno.symlink(at.secret, 'link.txt')`,
    /requires unscoped|Requires (read|write) access/,
  ),
  writes('a hard link, made', `await Deno.link(at.secret, at.outside + '.10')`),
  writes(
    'shared memory',
    `await Deno.writeTextFile('/dev/shm/escape-' + Deno.pid, 'x'); await Deno.remove('/dev/shm/escape-' + Deno.pid)`,
  ),
  writes('a file of /proc', `await Deno.writeTextFile('/proc/self/comm', 'x')`),
  writes(
    'a database',
    `new (await import('node:sqlite')).DatabaseSync(at.outside + '.11').exec('CREATE TABLE t (a)')`,
  ),
  writes(
    'a copy of a database',
    `const { DatabaseSync, backup } = await import('node:sqlite'); await backup(new DatabaseSync(':memory:'), at.outside + '.12')`,
  ),
];

/** The static module graph is loaded before any code runs. */
const imports = (name: string, code: string): Execution => ({
  ...{ kind: 'execution', group: 'file system', name, status: 'failed', reason: READ },
  ...{ canary: /note: top secret/ },
  code: `${code}\nexport default { analyze(ctx) { ctx.note(it); } };`,
});

export const FILE_SYSTEM_ENDS: readonly Execution[] = [
  imports('a static import with type text', `import it from '{{text}}' with { type: 'text' };`),
  imports('a static import with type json', `import it from '{{secretUrl}}' with { type: 'json' };`),
  imports(
    'a static import by a relative path',
    `import it from '${'../'.repeat(40)}{{secret}}' with { type: 'json' };`,
  ),
  imports(
    'a static import from inside a data: module',
    `import it from 'data:text/javascript,export { default } from "{{module}}"';`,
  ),
  {
    ...imports('a picture of the heap, written', ''),
    code: `import v8 from 'node:v8'; export default { analyze(ctx) { ctx.note('written: ' + v8.writeHeapSnapshot()); } };`,
    reason: lacks('write'),
    canary: /note: written: \S*\.heapsnapshot/,
  },
];
