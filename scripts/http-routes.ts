import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withApp } from '../src/engine/index.ts';
import { buildServer } from '../src/server/server.ts';

interface Described {
  readonly summary?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly requestBody?: {
    readonly content: Readonly<
      Record<
        string,
        { readonly schema?: { readonly properties?: object; readonly required?: readonly string[] } }
      >
    >;
  };
}

/** A route as the reference shows it. */
export interface DescribedRoute {
  readonly name: string;
  readonly summary: string;
  /** What stands in its query and body; what may be left out has a `?`. */
  readonly takes: string;
}

/** The routes of the server, as its OpenAPI document has them, in the order of their registration. */
export async function describedRoutes(): Promise<DescribedRoute[]> {
  const appdata = await mkdtemp(join(tmpdir(), 'stat-harness-docs-'));
  try {
    const { paths = {} } = await withApp({ appdata }, async (app) => {
      const server = await buildServer({
        ...{ app, version: '', launchToken: '', isOwnHost: () => false, logBug: () => undefined },
        page: { html: '', files: new Map() },
      });
      await server.ready();
      const document = server.swagger();
      await server.close();
      return document;
    });
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods as Record<string, Described>).map(([method, route]) => ({
        name: `${method.toUpperCase()} ${path.replace('/api/v1', '')}`,
        summary: route.summary ?? '',
        takes: takenBy(route),
      })),
    );
  } finally {
    await rm(appdata, { recursive: true, force: true, maxRetries: 5 });
  }
}

function takenBy({ parameters = [], requestBody }: Described): string {
  const query = parameters.filter((one) => one.in === 'query');
  const inQuery = query.map(({ name, required }) => `\`${name}\`${required === true ? '' : '?'}`);
  const { properties = {}, required = [] } = Object.values(requestBody?.content ?? {})[0]?.schema ?? {};
  const inBody = Object.keys(properties).map((key) => `\`${key}\`${required.includes(key) ? '' : '?'}`);
  const parts = [
    ...(inQuery.length > 0 ? [`query: ${inQuery.join(', ')}`] : []),
    ...(inBody.length > 0 ? [`body: ${inBody.join(', ')}`] : []),
  ];
  return parts.join('; ');
}
