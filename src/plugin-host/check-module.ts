import { build } from 'esbuild';
import { HarnessError } from '../base/index.ts';
import { reasonOf } from './bundle-plugin.ts';

/**
 * Refuses code that somebody else has bundled unless it is one ES module with a default export that imports nothing: what
 * `bundlePlugin` makes. The sandbox lets nothing be imported either; this says so before anything is kept. Throws
 * SH_PLUGIN_LOAD_FAILED.
 */
export async function checkModule(id: string, code: string): Promise<void> {
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
  } catch (error) {
    throw new HarnessError('SH_PLUGIN_LOAD_FAILED', { id, reason: reasonOf(error) }, { cause: error });
  }
}
