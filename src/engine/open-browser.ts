import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureDirectory } from '../base/index.ts';
import type { App } from './app.ts';

/**
 * Opens an address in the operator's browser. The address may hold a secret, and what a program is started with can be
 * read by every user of the machine: the browser is given a file of this user that leads there.
 */
export async function openInBrowser({ paths }: App, address: string): Promise<void> {
  const file = join(paths.temporary, 'open.html');
  await ensureDirectory(paths.temporary);
  await writeFile(
    file,
    `<!doctype html><meta charset="utf-8"><title>Statistic Harness</title><meta name="referrer" content="no-referrer">` +
      `<meta http-equiv="refresh" content="0;url=${address}">`,
    { mode: 0o600 },
  );
  const [program, ...args] = opener(pathToFileURL(file).href);
  const child = spawn(program, args, { detached: true, stdio: 'ignore', windowsHide: true });
  // Without a program that opens pages, the address that was printed is what there is.
  child.on('error', () => undefined);
  child.unref();
}

function opener(address: string): [string, ...string[]] {
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', address];
  return [process.platform === 'darwin' ? 'open' : 'xdg-open', address];
}
