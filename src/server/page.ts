import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { FastifyInstance } from 'fastify';

const WEB = fileURLToPath(new URL('../../web/', import.meta.url));
const ASSETS = '/assets/';
const OPEN = { config: { open: true }, schema: { hide: true } } as const;
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** The page as it is served: its files by address, and the document that asks for them. */
export interface Page {
  readonly html: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Bundles `web/` in memory: nothing of it is written, and a file's address holds the hash of its content. */
export async function bundlePage(): Promise<Page> {
  const { outputFiles } = await build({
    entryPoints: { main: join(WEB, 'main.tsx') },
    absWorkingDir: WEB,
    bundle: true,
    write: false,
    outdir: join(WEB, 'bundled'),
    entryNames: '[name]-[hash]',
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const files = new Map(
    outputFiles.map(({ path, contents }) => [ASSETS + path.slice(join(WEB, 'bundled').length + 1), contents]),
  );
  return { html: htmlFor([...files.keys()]), files };
}

function htmlFor(addresses: readonly string[]): string {
  const links = addresses.map((address) =>
    extname(address) === '.css'
      ? `<link rel="stylesheet" href="${address}">`
      : `<script type="module" src="${address}"></script>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Statistic Harness</title>
<link rel="icon" href="data:,">
${links.join('\n')}
</head>
<body><div id="app"></div><noscript>Statistic Harness needs JavaScript.</noscript></body>
</html>
`;
}

/** Serves the page at every address that is none of the interface: which view that is, it reads from the address. */
export function servePage(server: FastifyInstance, { html, files }: Page): void {
  for (const [address, content] of files) {
    server.get(address, OPEN, async (_request, reply) =>
      reply
        .header('cache-control', 'private, max-age=31536000, immutable')
        .type(MEDIA_TYPES[extname(address)] ?? 'application/octet-stream')
        .send(content),
    );
  }
  server.get('/*', OPEN, async (request, reply) =>
    isView(request.url) ? reply.type('text/html; charset=utf-8').send(html) : reply.callNotFound(),
  );
}

function isView(url: string): boolean {
  return !/^\/(api|assets)(\/|$)/.test(url);
}
