#!/usr/bin/env node
// Starts the command line; on an older Node it starts itself again with the one that npm installed beside it.
import { spawn } from 'node:child_process';
// not by name: an older Node has no enableCompileCache, and would refuse to start
import * as modules from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledNode, isNewEnough, REQUIRED_MAJOR } from './bundled-node.mjs';
import { giveBackWhatIsFreed, givingBack } from './give-back.mjs';

if (!isNewEnough()) startAgain(bundledNode());
else {
  // The version is told before a process could begin again.
  if (!['--version', '-V'].includes(process.argv[2])) giveBackWhatIsFreed();
  await begin();
}

/** What Node made of the sources in an earlier process is kept among the installed packages, unless told otherwise. */
async function begin() {
  modules.enableCompileCache?.(
    join(import.meta.dirname, '../node_modules/.cache/statistic-harness/compiled'),
  );
  endWithLauncher();
  await import('../src/cli/main.ts');
}

/** Whoever was started by a launcher hears, on every system, when that is gone, be it killed: then nobody waits for it. */
function endWithLauncher() {
  if (process.channel === undefined) return;
  process.once('disconnect', () => process.emit('SIGTERM', 'SIGTERM'));
  // It alone must not keep the process going.
  process.channel.unref();
}

function startAgain(node) {
  if (node === undefined) {
    console.error(
      `Statistic Harness needs Node.js ${REQUIRED_MAJOR} or newer; this is ${process.version}, and no newer one ` +
        'was installed beside it. Run "npm ci" in the project folder, or install a newer Node.js.',
    );
    process.exit(2);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: givingBack(),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // Windows gives Ctrl-C to the child too, and knows no other signal than one that kills.
    process.on(signal, () => process.platform === 'win32' || child.kill(signal));
  }
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
