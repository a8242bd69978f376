import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Limits } from '../contract/index.ts';
import { findBubblewrap, wrap } from './bubblewrap.ts';
import { findDeno } from './find-deno.ts';
import { type SandboxLayer, sandboxLayers } from './layers.ts';

export interface SandboxOptions {
  readonly limits: Limits;
  /** Each `host` or `host:port` that it may talk to; none: no network at all. */
  readonly networkHosts: readonly string[];
  readonly osSandbox: 'auto' | 'off';
  /** Tests take the globals' hygiene away, to see that the layers below hold alone. */
  readonly bareGlobals: boolean;
}

/** A command line that runs the runner in the sandbox. */
export interface SandboxCommand {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly layers: readonly SandboxLayer[];
}

/** No core dumps; not a byte to any file, whoever in the process writes it; processor time; open files. */
const LIMITS = `ulimit -c 0; ulimit -f 0; ulimit -S -t "$1" && ulimit -H -t "$2"; ulimit -n "$3" 2>/dev/null; shift 3
`;
/** Where util-linux is there, the child ends with a host that is killed. bubblewrap sees to that itself. */
const END_WITH_HOST = `if setpriv --pdeathsig KILL true 2>/dev/null; then exec setpriv --pdeathsig KILL "$@"; fi
`;
const CPU_GRACE_SECONDS = 5;
/** The kernel refuses each process what is beyond; the watch, which counts the whole tree, ends the execution before that. */
const OPEN_FILES_ROOM = 1.5;
const RUNNER = 'runner.mjs';
const PLUGIN = 'plugin.mjs';

/** The command that starts one execution. `code` is the real path of a folder with `runner.mjs`, `plugin.mjs`, and `imports.json`. */
export async function sandboxCommand(code: string, options: SandboxOptions): Promise<SandboxCommand> {
  const layers = await sandboxLayers(options.osSandbox);
  const bubblewrap = layers.includes('bubblewrap') ? await findBubblewrap() : undefined;
  const inside = bubblewrap === undefined ? plain(code) : wrapped(bubblewrap, code, options);
  const program = [...inside.prefix, inside.deno, ...denoArguments(inside, options)];
  const [command = '', ...rest] = layers.includes('kernel_limits')
    ? limited(program, inside, options)
    : program;
  return {
    command,
    arguments: rest,
    environment: inside.environment,
    directory: code,
    layers: layers.filter((layer) => layer !== 'plain_globals' || !options.bareGlobals),
  };
}

/** How the sandbox looks from inside. */
interface Inside {
  readonly prefix: readonly string[];
  readonly deno: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly pluginUrl: string;
  /** The folder of both, with its last separator. */
  readonly codeFolder: string;
}

function plain(code: string): Inside {
  return {
    prefix: [],
    deno: findDeno(),
    environment: environment(join(code, RUNNER, 'none')),
    pluginUrl: pathToFileURL(join(code, PLUGIN)).href,
    codeFolder: `${code}${sep}`,
  };
}

function wrapped(bubblewrap: string, code: string, { networkHosts }: SandboxOptions): Inside {
  const inside = environment(`/code/${RUNNER}/none`);
  const network = networkHosts.length > 0;
  const { command, arguments: options, deno } = wrap(bubblewrap, code, { network, environment: inside });
  return {
    prefix: [command, ...options],
    deno,
    environment: inside,
    pluginUrl: `file:///code/${PLUGIN}`,
    codeFolder: '/code/',
  };
}

function denoArguments(inside: Inside, options: SandboxOptions): string[] {
  return [
    ...[
      'run',
      '--quiet',
      '--no-prompt',
      '--no-remote',
      '--no-npm',
      '--cached-only',
      '--no-config',
      '--no-lock',
    ],
    ...[
      '--no-code-cache',
      networkFlag(options),
      '--deny-env',
      '--deny-run',
      '--deny-ffi',
      '--deny-sys',
      '--deny-import',
    ],
    // Relative to the folder that it starts in: these lists of paths can't hold a comma.
    `--allow-read=${RUNNER},${PLUGIN}`,
    '--deny-write',
    ...(options.bareGlobals ? [] : ['--import-map=imports.json']),
    `--v8-flags=--disallow-code-generation-from-strings,--max-old-space-size=${options.limits.memory_mb}`,
    RUNNER,
    inside.pluginUrl,
    globals(options),
    inside.codeFolder,
  ];
}

/** All that a granted network opens: exactly these hosts. Deno asks again for each redirect. */
function networkFlag({ networkHosts }: SandboxOptions): string {
  return networkHosts.length === 0 ? '--deny-net' : `--allow-net=${networkHosts.join(',')}`;
}

/** What the runner is to leave of the runtime's globals: all, the plain ones, or these and `fetch`. */
function globals({ bareGlobals, networkHosts }: SandboxOptions): string {
  if (bareGlobals) return 'bare';
  return networkHosts.length === 0 ? 'plain' : 'plain+fetch';
}

function limited(program: readonly string[], { prefix }: Inside, { limits }: SandboxOptions): string[] {
  const soft = Math.max(1, Math.ceil(limits.cpu_s));
  const numbers = [soft, soft + CPU_GRACE_SECONDS, Math.ceil(limits.open_files * OPEN_FILES_ROOM)];
  const script = `${LIMITS}${prefix.length === 0 ? END_WITH_HOST : ''}exec "$@"`;
  return ['/bin/sh', '-c', script, 'sh', ...numbers.map(String), ...program];
}

/** All that Deno finds set. A DENO_DIR below a plain file: caches, localStorage and the like have no place to be in. */
function environment(denoDir: string): Record<string, string> {
  const fixed = { DENO_DIR: denoDir, DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1', TZ: 'UTC' };
  const locale = { LANG: 'en_US.UTF-8', LC_ALL: 'en_US.UTF-8' };
  const root = process.env['SystemRoot'];
  return { ...fixed, ...locale, ...(process.platform === 'win32' && root ? { SystemRoot: root } : {}) };
}
