import { readFile } from 'node:fs/promises';
import { dirname, extname, isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildFailure, build, type Loader, type OnResolveArgs, type Plugin } from 'esbuild';
import { HarnessError, isSystemError, messageOf } from '../base/index.ts';
import { bundlePackages, isAllowedPackage, packageModule } from './bundle-packages.ts';
import { whileBundling } from './while-bundling.ts';

const SDK_INDEX = fileURLToPath(new URL('../sdk/index.ts', import.meta.url));
const SDK_FOLDER = dirname(SDK_INDEX);
/** How a plugin outside this project names the sdk. */
const SDK_NAME = 'statistic-harness/sdk';
const LOADERS: Readonly<Record<string, Loader>> = { '.ts': 'ts', '.js': 'js', '.mjs': 'js', '.json': 'json' };

/**
 * A plugin as one ES module, the same bytes wherever the folder lies and however its lines end. It may import its
 * own files and the sdk, which may import some packages; what isn't used is left out. A dynamic import never resolves.
 * Throws SH_PLUGIN_LOAD_FAILED with every problem.
 */
export function bundlePlugin(id: string, folder: string, entrypoint: string): Promise<string> {
  return whileBundling(() => bundle(id, folder, entrypoint));
}

async function bundle(id: string, folder: string, entrypoint: string): Promise<string> {
  try {
    const { outputFiles, metafile } = await build({
      entryPoints: [`./${entrypoint}`],
      absWorkingDir: folder,
      bundle: true,
      write: false,
      metafile: true,
      outfile: 'plugin.mjs',
      format: 'esm',
      target: 'esnext',
      platform: 'neutral',
      charset: 'utf8',
      legalComments: 'none',
      logLevel: 'silent',
      define: {
        'import.meta.url': '"plugin:"',
        'import.meta.filename': '"plugin"',
        'import.meta.dirname': '""',
      },
      supported: { 'dynamic-import': false },
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
      plugins: [allowedPackages(), onlyOwnFilesAndSdk(folder)],
    });
    const [file] = outputFiles;
    if (file === undefined) throw new Error('nothing came out');
    if (!Object.values(metafile.outputs).some((output) => output.exports.includes('default'))) {
      throw new Error(`${entrypoint} has no default export`);
    }
    return file.text;
  } catch (error) {
    throw new HarnessError('SH_PLUGIN_LOAD_FAILED', { id, reason: reasonOf(error) }, { cause: error });
  }
}

/** Resolves the packages that the sdk may import, made ready as modules that import nothing but each other. */
function allowedPackages(): Plugin {
  return {
    name: 'allowed-packages',
    setup(bundler) {
      bundler.onResolve({ filter: /.*/ }, ({ path, namespace }) => {
        if (namespace === 'sdk' && isAllowedPackage(path)) {
          return { path: packageModule(path), namespace: 'package', sideEffects: false };
        }
        return namespace === 'package'
          ? { path: path.replace('./', ''), namespace, sideEffects: false }
          : undefined;
      });
      bundler.onLoad({ filter: /.*/, namespace: 'package' }, async ({ path }) => ({
        contents: (await bundlePackages()).get(path) ?? '',
        loader: 'js',
      }));
    },
  };
}

/** Resolves all other imports by the rule, under names that hold no path of this machine. */
function onlyOwnFilesAndSdk(folder: string): Plugin {
  const roots = { plugin: folder, sdk: SDK_FOLDER };
  const owner = (path: string) =>
    path === SDK_INDEX
      ? 'sdk'
      : within(folder, path)
        ? 'plugin'
        : within(SDK_FOLDER, path)
          ? 'sdk-inside'
          : null;
  return {
    name: 'only-own-files-and-sdk',
    setup(bundler) {
      bundler.onResolve({ filter: /.*/ }, (args) => {
        const base = args.namespace === 'sdk' ? roots.sdk : roots.plugin;
        const path = args.path === SDK_NAME ? SDK_INDEX : resolve(base, dirname(importerOf(args)), args.path);
        const found = isAllowedSpecifier(args) ? owner(path) : null;
        const namespace = found === 'sdk-inside' && args.namespace === 'sdk' ? 'sdk' : found;
        if (namespace !== 'plugin' && namespace !== 'sdk') {
          return { errors: [{ text: `"${args.path}" is neither its own file nor the sdk` }] };
        }
        const attributes = Object.entries(args.with).filter(
          ([key, value]) => key !== 'type' || value !== 'json',
        );
        if (attributes.length > 0)
          return { errors: [{ text: 'only the import attribute type: "json" is allowed' }] };
        const name = relative(roots[namespace], path).split(sep).join('/');
        return { path: name, namespace, sideEffects: namespace === 'plugin' };
      });
      bundler.onLoad({ filter: /.*/ }, async ({ path, namespace }) => {
        const loader = LOADERS[extname(path)];
        if (loader === undefined) return { errors: [{ text: `"${path}" is neither code nor JSON` }] };
        const root = namespace === 'sdk' ? roots.sdk : roots.plugin;
        try {
          return { contents: withLineFeeds(await readFile(resolve(root, path), 'utf8')), loader };
        } catch (error) {
          if (isSystemError(error, 'ENOENT')) return { errors: [{ text: `there is no file "${path}"` }] };
          if (isSystemError(error, 'EACCES', 'EISDIR'))
            return { errors: [{ text: `"${path}" can not be read` }] };
          throw error;
        }
      });
    },
  };
}

function importerOf({ importer, kind }: OnResolveArgs): string {
  return kind === 'entry-point' ? '' : importer;
}

/** Packages and absolute paths are never a plugin's own. */
function isAllowedSpecifier({ path }: OnResolveArgs): boolean {
  return path === SDK_NAME || path.startsWith('./') || path.startsWith('../');
}

function within(folder: string, path: string): boolean {
  const inner = relative(folder, path);
  return inner !== '' && !inner.startsWith('..') && !isAbsolute(inner);
}

function withLineFeeds(text: string): string {
  return text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
}

/** What esbuild or anything else complains of, each with its place. */
export function reasonOf(error: unknown): string {
  if (!isBuildFailure(error)) return messageOf(error);
  return error.errors
    .map(({ text, location }) => {
      const file = location?.file.replace(/^(plugin|sdk|package):/, '');
      return file === undefined ? text : `${file}:${location?.line}: ${text}`;
    })
    .join('; ');
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}
