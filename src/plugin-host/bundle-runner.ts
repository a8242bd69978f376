import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

let bundled: Promise<string> | undefined;

/** The runner as one ES module; made once per process. */
export function bundleRunner(): Promise<string> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
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
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error('the runner can not be bundled');
  return file.text;
}
