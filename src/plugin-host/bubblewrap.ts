import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { findDeno } from './find-deno.ts';

const PLACES = ['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/bin/bwrap'];
const LIBRARY_FOLDERS = ['', '/usr'].flatMap((root) =>
  ['lib64', 'lib', 'lib/x86_64-linux-gnu', 'lib/aarch64-linux-gnu'].map((folder) => `${root}/${folder}`),
);
const LIBRARIES = [
  ...['libc.so.6', 'libm.so.6', 'libdl.so.2', 'librt.so.1', 'libpthread.so.0', 'libgcc_s.so.1'],
  ...['ld-linux-x86-64.so.2', 'ld-linux-aarch64.so.1'],
];
/** What finding the address of a host takes: files that name it, and the C library's readers of them. */
const RESOLVER_FILES = ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf'];
const RESOLVER_LIBRARIES = ['libresolv.so.2', 'libnss_dns.so.2', 'libnss_files.so.2'];
const DENO = '/deno';

/** Where bubblewrap is, or why it can not be used. */
export type Probed =
  | { readonly path: string; readonly problem?: never }
  | { readonly path?: never; readonly problem: string };

let probed: Promise<Probed> | undefined;

/** A command in which a program of the host sees an almost empty machine. */
export interface Wrapped {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly deno: string;
}

/** The path of bubblewrap, or undefined where it can not be used. */
export async function findBubblewrap(): Promise<string | undefined> {
  return (await tryBubblewrap()).path;
}

/** Finds bubblewrap, and sees whether Deno starts in it. Tried once per process. */
export function tryBubblewrap(): Promise<Probed> {
  probed ??= probe();
  return probed;
}

/**
 * Deno in namespaces of its own: no network, no processes but its own, no environment but this one, no files but its
 * libraries and the code, and nothing that can be written. Ends with the host. With `network` it shares the host's network
 * and sees what it takes to find a host's address; which hosts it reaches is then up to Deno's permissions alone.
 */
export function wrap(
  bubblewrap: string,
  code: string,
  inside: { readonly network?: boolean; readonly environment?: Readonly<Record<string, string>> } = {},
): Wrapped {
  const { network = false, environment = {} } = inside;
  return {
    command: bubblewrap,
    arguments: [
      ...['--unshare-all', ...(network ? ['--share-net'] : []), '--die-with-parent', '--new-session'],
      ...['--cap-drop', 'ALL', '--hostname', 'sandbox', '--clearenv'],
      ...Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]),
      ...[...libraries(LIBRARIES), ...(network ? resolver() : [])].flatMap((path) => [
        '--ro-bind',
        realpathSync(path),
        path,
      ]),
      ...['--ro-bind', findDeno(), DENO, '--ro-bind', code, '/code'],
      // Deno asks for its own path; the rest of /proc stays away.
      ...['--dir', '/proc/self', '--symlink', DENO, '/proc/self/exe'],
      ...['--remount-ro', '/', '--chdir', '/code'],
    ],
    deno: DENO,
  };
}

function libraries(names: readonly string[]): string[] {
  const paths = LIBRARY_FOLDERS.flatMap((folder) => names.map((name) => `${folder}/${name}`));
  return paths.filter((path) => existsSync(path));
}

function resolver(): string[] {
  return [...RESOLVER_FILES.filter((path) => existsSync(path)), ...libraries(RESOLVER_LIBRARIES)];
}

async function probe(): Promise<Probed> {
  if (process.platform !== 'linux') return { problem: 'it exists on Linux only' };
  const path = PLACES.find((place) => existsSync(place));
  if (path === undefined) return { problem: 'it is not installed' };
  const { command, arguments: options, deno } = wrap(path, import.meta.dirname);
  return new Promise((resolve) => {
    execFile(command, [...options, deno, '--version'], { env: {} }, (error, _, stderr) =>
      resolve(error === null ? { path } : { problem: `it does not work here: ${firstLine(stderr)}` }),
    );
  });
}

function firstLine(text: string): string {
  const [line = ''] = text.trim().split('\n');
  return line.slice(0, 300);
}
