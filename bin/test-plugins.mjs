// Runs the tests of plugins with the Node that the engine runs on: the TypeScript in them as it is.
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { bundledNode, isNewEnough, REQUIRED_MAJOR } from './bundled-node.mjs';

const node = isNewEnough() ? process.execPath : bundledNode();
if (node === undefined) {
  console.error(`Tests of plugins need Node.js ${REQUIRED_MAJOR} or newer; this is ${process.version}.`);
  process.exit(2);
}
const named = process.argv.slice(2).map((name) => (isFolder(name) ? `${name}/**/*.test.{ts,js,mjs}` : name));
const tests = spawn(node, ['--test', ...named], { stdio: 'inherit' });
tests.on('exit', (code) => process.exit(code ?? 1));

function isFolder(name) {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() === true;
}
