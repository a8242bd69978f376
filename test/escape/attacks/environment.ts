import { type Attempt, lacks } from '../attack.ts';

const ENV = lacks('env');
const SYS = lacks('sys');
const SOME = /./;
const OS = `(await import('node:os'))`;
const PROCESS = `(await import('node:process')).default`;
/** Deno asks no permission for these; hygiene takes them away. */
const GONE = /is not defined|blocked by null entry|read only property|Cannot assign/i;

const attempt = (name: string, expression: string, works: RegExp, denied: RegExp): Attempt => ({
  ...{
    kind: 'attempt',
    group: 'environment and host facts',
    name,
    code: `return ${expression};`,
    works,
    denied,
  },
});
const taken = (name: string, expression: string, works: RegExp): Attempt => ({
  ...attempt(name, expression, works, GONE),
  only: 'plain',
});
/** What looks the same everywhere. */
const same = (name: string, expression: string, works: RegExp, gives: RegExp): Attempt => ({
  ...{
    kind: 'attempt',
    group: 'environment and host facts',
    name,
    code: `return ${expression};`,
    works,
    gives,
  },
});

export const ENVIRONMENT: readonly Attempt[] = [
  attempt('a variable', `Deno.env.get('STAT_HARNESS_SECRET')`, /top secret/, ENV),
  attempt('all variables', `JSON.stringify(Deno.env.toObject())`, /top secret/, ENV),
  attempt('a variable by node:process', `${PROCESS}.env.STAT_HARNESS_SECRET`, /top secret/, ENV),
  attempt('all variables by node:process', `JSON.stringify({ ...${PROCESS}.env })`, /top secret/, ENV),
  attempt('a variable, set', `Deno.env.set('X', 'y') ?? 'set'`, /set/, ENV),
  attempt('the name of the host', `Deno.hostname()`, SOME, SYS),
  attempt('the name of the host by node:os', `${OS}.hostname()`, SOME, SYS),
  attempt('the user', `Deno.uid()`, SOME, SYS),
  attempt('the group', `Deno.gid()`, SOME, SYS),
  attempt('the user by node:os', `${OS}.userInfo().username`, SOME, SYS),
  attempt('the user by node:process', `${PROCESS}.getuid()`, SOME, SYS),
  attempt('the home folder', `${OS}.homedir()`, SOME, SYS),
  attempt('the processors', `${OS}.cpus().length`, SOME, SYS),
  attempt('the memory', `Deno.systemMemoryInfo().total`, SOME, SYS),
  attempt('the load', `Deno.loadavg()`, SOME, SYS),
  attempt('since when the machine runs', `Deno.osUptime()`, SOME, SYS),
  attempt('the version of the system', `Deno.osRelease()`, SOME, SYS),
  attempt('the network interfaces', `Deno.networkInterfaces().length`, SOME, SYS),
  attempt('a report about the process', `JSON.stringify(${PROCESS}.report.getReport())`, SOME, SYS),
  attempt('the mask of new files', `Deno.umask()`, SOME, SYS),
  taken('the current folder', `Deno.cwd()`, /\//),
  taken('the path of the runtime', `Deno.execPath()`, /deno/),
  taken('the path of the main module', `Deno.mainModule`, /file:/),
  taken('the arguments', `${PROCESS}.argv.join()`, /deno/),
  taken('the number of the process', `Deno.pid`, /\d/),
  taken('the processors by navigator', `navigator.hardwareConcurrency`, /\d/),
  taken('the memory of the process', `Deno.memoryUsage().rss`, /\d/),
  taken(
    'the path of its code by a stack',
    `(() => { Error.prepareStackTrace = (_, sites) => sites[0].getFileName(); return new Error('x').stack; })()`,
    /canary/,
  ),
  taken('the graphics processor', `typeof navigator.gpu`, /object/),
  same('the time zone', `Intl.DateTimeFormat().resolvedOptions().timeZone`, /New_York/, /^UTC$/),
  same('the time zone by its offset', `new Date(2020, 6, 1).getTimezoneOffset()`, /^240$/, /^0$/),
  same('the locale', `Intl.DateTimeFormat().resolvedOptions().locale`, /^de/, /^en-US$/),
  same('the locale by a number', `(1234.5).toLocaleString()`, /^1\.234,5$/, /^1,234\.5$/),
];
