import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
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

/**
 * Runs steps that don't depend on each other, as many at once as there are processors, and shows what each said when it
 * ends. Ends the process, once all are done, where one fails.
 */
export async function runTogether(steps) {
  const waiting = [...steps];
  const failed = [];
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const { code, said } = await start(step, 'pipe');
      console.log(`\n${code === 0 ? '✓' : '✗'} ${step[0]}\n${said}`.trimEnd());
      if (code !== 0) failed.push(step[0]);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  if (failed.length > 0) end(failed.join(', '), 1);
}

/** Runs a step that uses all processors itself, and shows what it says as it says it. Ends the process where it fails. */
export async function run(step) {
  console.log(`\n• ${step[0]}`);
  const { code } = await start(step, 'inherit');
  if (code !== 0) end(step[0], code);
}

function start([, command, args], output) {
  const colours = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const child = spawn(node, [scriptOf(command), ...args], {
    cwd: root,
    stdio: ['inherit', output, output],
    env: { ...process.env, ...colours },
  });
  const said = [];
  child.stdout?.on('data', (data) => said.push(data));
  child.stderr?.on('data', (data) => said.push(data));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, said: Buffer.concat(said).toString() }));
  });
}

function end(what, code) {
  console.error(`\n✗ ${what}`);
  process.exit(code);
}

function scriptOf(command) {
  const folder = join(root, 'node_modules', PACKAGES[command]);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return require.resolve(join(folder, typeof bin === 'string' ? bin : bin[command]));
}
