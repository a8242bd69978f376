import { build, transform } from 'esbuild';
import { HarnessError } from '../base/index.ts';
import { reasonOf } from './bundle-plugin.ts';
import { whileBundling } from './while-bundling.ts';

/**
 * Refuses code that somebody else has bundled unless it is one ES module with a default export that imports nothing, now
 * or later, and does not ask where it lies: what `bundlePlugin` makes. The sandbox lets nothing be imported either; this
 * says so before anything is kept. Throws SH_PLUGIN_LOAD_FAILED.
 */
export function checkModule(id: string, code: string): Promise<void> {
  return whileBundling(() => checkBundled(id, code));
}

async function checkBundled(id: string, code: string): Promise<void> {
  try {
    const { metafile } = await build({
      stdin: { contents: code, loader: 'js', sourcefile: 'bundle.mjs' },
      bundle: true,
      write: false,
      metafile: true,
      outfile: 'checked.mjs',
      format: 'esm',
      target: 'esnext',
      platform: 'neutral',
      logLevel: 'silent',
      plugins: [
        {
          name: 'nothing-imported',
          setup(bundler) {
            bundler.onResolve({ filter: /.*/ }, ({ path, kind }) =>
              kind === 'entry-point' ? undefined : { errors: [{ text: `it imports "${path}"` }] },
            );
          },
        },
      ],
    });
    if (!Object.values(metafile.outputs).some((output) => output.exports.includes('default')))
      throw new Error('it has no default export');
    if (await usesImport(code)) throw new Error('it has an import() or import.meta in it');
  } catch (error) {
    throw new HarnessError('SH_PLUGIN_LOAD_FAILED', { id, reason: reasonOf(error) }, { cause: error });
  }
}

/** Code that is other code once these two are taken away has one of them in it: no text is searched. */
async function usesImport(code: string): Promise<boolean> {
  const taken = { define: { 'import.meta': 'undefined' }, supported: { 'dynamic-import': false } };
  const [as, without] = await Promise.all(
    [{}, taken].map((options) => transform(code, { format: 'esm', logLevel: 'silent', ...options })),
  );
  return as?.code !== without?.code;
}
