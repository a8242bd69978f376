import { expect, test } from 'vitest';
import { serving } from './serving.ts';

const { asPage, ask, routes } = await serving();

interface Described {
  readonly paths: Record<string, Record<string, { summary?: string; parameters?: { name: string }[] }>>;
}

test('the OpenAPI document describes the routes that are registered, each in a sentence', async () => {
  const document = (await asPage({ url: '/api/v1/openapi.json' })).json() as Described;
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, route]) => ({ name: `${method.toUpperCase()} ${path}`, route })),
  );
  const registered = routes
    .filter(({ url }) => /^\/(api\/v1\/|healthz|readyz)/.test(url) && !url.endsWith('/openapi.json'))
    .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}').replace('*', '{*}')}`);
  expect(registered.length).toBeGreaterThan(35);
  expect(described.map(({ name }) => name).sort()).toEqual(registered.sort());
  for (const { name, route } of described) {
    expect(route.summary, name).toMatch(/^[A-Z].*\.$/);
    const placed = [...name.matchAll(/\{([^}]+)\}/g)].map(([, parameter]) => parameter);
    const known = (route.parameters ?? []).map((parameter) => parameter.name);
    expect(known, name).toEqual(expect.arrayContaining(placed));
  }
});

test('it is for those with a session', async () => {
  expect((await ask({ url: '/api/v1/openapi.json' })).statusCode).toBe(401);
});
