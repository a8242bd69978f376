import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledNode, isNewEnough } from '../bin/bundled-node.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const node = (isNewEnough() ? undefined : bundledNode()) ?? process.execPath;

/** Package and command of each tool; its script is started with the Node that the engine runs on, so that no shell is needed. */
const PACKAGES = {
  biome: '@biomejs/biome',
  tsc: 'typescript',
  depcruise: 'dependency-cruiser',
  knip: 'knip',
  vitest: 'vitest',
};

/** Runs the steps one after the other and ends with the first failure. */
export function run(steps) {
  for (const [title, command, args] of steps) {
    console.log(`\n• ${title}`);
    const done = spawnSync(node, [scriptOf(command), ...args], { cwd: root, stdio: 'inherit' });
    if (done.status !== 0) {
      console.error(`✗ ${title}`);
      process.exit(done.status ?? 1);
    }
  }
}

function scriptOf(command) {
  const folder = join(root, 'node_modules', PACKAGES[command]);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return require.resolve(join(folder, typeof bin === 'string' ? bin : bin[command]));
}
