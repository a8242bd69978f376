import { createRequire } from 'node:module';
import { basename, dirname, resolve } from 'node:path';
import { build } from 'esbuild';

/**
 * The packages that the sdk may import: special functions and linear algebra in plain JavaScript, which give the same
 * bits everywhere. Plugins may import none.
 */
const ALLOWED = [
  '@stdlib/math-base-special-erfc',
  '@stdlib/math-base-special-erfcinv',
  '@stdlib/math-base-special-exp',
  '@stdlib/math-base-special-gammaln',
  '@stdlib/math-base-special-ln',
  '@stdlib/math-base-special-log1p',
  'ml-matrix',
] as const;
/** What may end up in their bundle: nothing native, nothing of Node. */
const INSIDE = /^(@stdlib\/(?!.*napi)[a-z0-9-]+|ml-matrix)\//;

/** True for a package that the sdk may import. */
export function isAllowedPackage(specifier: string): boolean {
  return ALLOWED.some((name) => name === specifier);
}

/** The name under which {@link bundlePackages} gives a package. */
export function packageModule(specifier: string): string {
  return `${specifier.replace('@', '').replace('/', '-')}.js`;
}

let bundled: Promise<ReadonlyMap<string, string>> | undefined;

/**
 * The allowed packages as ES modules, by file name: one for each, and what they share. Made once per process, from
 * the installed packages; the texts hold no path of this machine.
 */
export function bundlePackages(): Promise<ReadonlyMap<string, string>> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<ReadonlyMap<string, string>> {
  const folder = packagesFolder();
  const { outputFiles, metafile } = await build({
    entryPoints: ALLOWED.map((name) => ({ in: name, out: packageModule(name).replace(/\.js$/, '') })),
    absWorkingDir: folder,
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    outdir: resolve(folder, 'bundled'),
    format: 'esm',
    target: 'esnext',
    platform: 'neutral',
    mainFields: ['main'],
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const foreign = Object.keys(metafile.inputs).find((path) => !INSIDE.test(path));
  if (foreign !== undefined) throw new Error(`${foreign} is no part of an allowed package`);
  return new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
}

/** The folder that holds the installed packages. */
function packagesFolder(): string {
  return dirname(dirname(createRequire(import.meta.url).resolve('ml-matrix')));
}
