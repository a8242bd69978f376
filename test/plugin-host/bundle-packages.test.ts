import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundlePackages } from '../../src/plugin-host/bundle-packages.ts';
import { bundlePlugin } from '../../src/plugin-host/bundle-plugin.ts';
import { bundleRunner } from '../../src/plugin-host/bundle-runner.ts';
import { tTail } from '../../src/sdk/index.ts';
import { executeHostile, notesOf } from './execute-hostile.ts';

const USES_KIT = `import { definePlugin, tTail } from 'statistic-harness/sdk';
export default definePlugin({ analyze(ctx) { ctx.note(String(tTail(2.5, 7.5))); } });`;
const USES_NONE = `import { definePlugin, identifier } from 'statistic-harness/sdk';
export default definePlugin({ analyze(ctx) { ctx.note(identifier('a')); } });`;
let root = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'bundles-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function bundleOf(code: string): Promise<string> {
  const folder = await mkdtemp(join(root, 'plugin-'));
  await writeFile(join(folder, 'plugin.ts'), code);
  return bundlePlugin('echo', folder, 'plugin.ts');
}

describe('the packages that the sdk imports', () => {
  test('are in the bundle of a plugin that uses them, as plain code with no path of this machine', async () => {
    const bundle = await bundleOf(USES_KIT);
    expect(bundle).toContain('@stdlib/math-base-special-ln');
    expect(bundle).not.toMatch(/^\s*import\b|[^_.]\brequire\(|process\.|napi|node_modules/m);
    expect(bundle).not.toContain(import.meta.dirname.slice(0, 8));
  });

  test('are not in that of a plugin that uses none of the kit, nor those of parts that it does not use', async () => {
    expect(await bundleOf(USES_NONE)).not.toMatch(/stdlib|ml-matrix/);
    expect(await bundleOf(USES_KIT)).not.toContain('ml-matrix');
    expect(await bundleRunner()).not.toMatch(/^\s*import\b|stdlib/m);
  });

  test('give the same bytes when they are made again', async () => {
    const made = await bundlePackages();
    const names = [...made.values()].flatMap((text) =>
      [...text.matchAll(/from "(.*?)"/g)].map(([, name]) => name),
    );
    expect(names.filter((name) => !made.has(name?.replace('./', '') ?? ''))).toEqual([]);
    expect(await bundleOf(USES_KIT)).toBe(await bundleOf(USES_KIT));
  });

  test('compute in the sandbox the bits that they compute here', async () => {
    const code = `import { definePlugin, Matrix, solve, tTail } from 'statistic-harness/sdk';
      const x = solve(new Matrix([[4, 2], [2, 3]]), Matrix.columnVector([8, 7])).to1DArray();
      export default definePlugin({ analyze(ctx) { ctx.note([tTail(2.5, 7.5), ...x].join()); } });`;
    const done = await executeHostile('', { code: await bundleOf(code) });
    expect(notesOf(done)).toEqual([`${tTail(2.5, 7.5)},1.25,1.5`]);
  });

  test.each(['@stdlib/math-base-special-ln', 'ml-matrix'])(
    'can not be imported by a plugin itself: %s',
    async (name) => {
      await expect(bundleOf(`import x from '${name}'; export default x;`)).rejects.toMatchObject({
        code: 'SH_PLUGIN_LOAD_FAILED',
      });
    },
  );

  test('can not be reached through a folder of that name beside the plugin', async () => {
    const folder = await mkdtemp(join(root, 'plugin-'));
    await cp(new URL('../../fixtures/plugins/echo', import.meta.url), join(folder, 'node_modules/semver'), {
      recursive: true,
    });
    await writeFile(join(folder, 'plugin.ts'), `import x from 'semver'; export default x;`);
    await expect(bundlePlugin('echo', folder, 'plugin.ts')).rejects.toMatchObject({
      code: 'SH_PLUGIN_LOAD_FAILED',
    });
  });
});
