import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { madeBefore } from './made-before.ts';
import { whileBundling } from './while-bundling.ts';

let bundled: Promise<string> | undefined;

/** The runner as one ES module. */
export function runnerCode(): Promise<string> {
  bundled ??= madeBefore('runner.mjs', undefined, bundleRunner);
  return bundled;
}

/** Makes the runner's module. */
export async function bundleRunner(): Promise<string> {
  const { outputFiles } = await whileBundling(() =>
    build({
      entryPoints: [fileURLToPath(new URL('child/runner.ts', import.meta.url))],
      bundle: true,
      write: false,
      format: 'esm',
      target: 'esnext',
      platform: 'neutral',
      // the sdk's statistics kit imports them; the runner uses none of it
      packages: 'external',
      charset: 'utf8',
      logLevel: 'silent',
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    }),
  );
  const [file] = outputFiles;
  if (file === undefined) throw new Error('the runner can not be bundled');
  return file.text;
}
