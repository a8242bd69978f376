import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { isThere, randomId, removeTree } from '../../src/base/index.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Why there is no browser here: the package has one for one platform. Undefined where there is one. */
export const missingBrowser =
  process.platform === 'linux' && process.arch === 'x64'
    ? undefined
    : `npm has no browser for ${process.platform} ${process.arch}`;

/** Starts the Chromium that npm installed; it brings its libraries and its font, and resolves no name of a host. */
export async function launchChromium(): Promise<Browser> {
  const folder = await unpacked();
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    },
    // The system's own sandbox can't be made in a container; only pages of this machine are opened.
    args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
}

/** The folder of the unpacked browser: made by whoever needs it first, whole by one rename, however many do at once. */
async function unpacked(): Promise<string> {
  const text = await readFile(join(root, 'node_modules/@sparticuz/chromium/package.json'), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  const folder = join(root, 'node_modules/.cache/statistic-harness', `chromium-${version}`);
  if (await isThere(folder)) return folder;
  const work = `${folder}.${randomId()}`;
  try {
    await mkdir(work, { recursive: true });
    await unpackInto(work);
    await writeFile(join(work, 'fonts.conf'), fontsOf(folder));
    await rename(work, folder).catch(async (error: unknown) => {
      if (!(await isThere(folder))) throw error;
    });
    return folder;
  } finally {
    await removeTree(work);
  }
}

/** The package unpacks into the temporary folder of its process, its libraries only where it takes that for Lambda. */
async function unpackInto(work: string): Promise<void> {
  const script = "const { default: c } = await import('@sparticuz/chromium'); await c.executablePath();";
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    env: { ...process.env, TMPDIR: work, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
  });
}

/** The font of the package, besides those that the system has. */
function fontsOf(folder: string): string {
  const path = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<dir>${path(join(folder, 'fonts'))}</dir><cachedir>${path(join(dirname(folder), 'font-cache'))}</cachedir>
</fontconfig>
`;
}
