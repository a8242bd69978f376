import Type, { type Static } from 'typebox';
import { closed } from './common.ts';
import { check } from './validate.ts';

/** In a setting: its value is that of an environment variable, taken when the plugin starts. Only this is stored. */
export const EnvReference = closed({ $env: Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }) });
export type EnvReference = Static<typeof EnvReference>;

/** A copy of settings in which each `{"$env": "NAME"}` is what `replace` makes of it, given its key path and name. */
export function mapEnvironment(
  settings: Readonly<Record<string, unknown>>,
  replace: (path: string, name: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, mapped(value, key, replace)]),
  );
}

/** The names of the environment variables that settings take, sorted, each once. */
export function environmentNames(settings: Readonly<Record<string, unknown>>): readonly string[] {
  const names = new Set<string>();
  mapEnvironment(settings, (_path, name) => void names.add(name));
  return [...names].sort();
}

function mapped(value: unknown, path: string, replace: (path: string, name: string) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item, index) => mapped(item, `${path}.${index}`, replace));
  if (typeof value !== 'object' || value === null) return value;
  const reference = check(EnvReference, value);
  if (reference.ok) return replace(path, reference.value.$env);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapped(item, `${path}.${key}`, replace)]),
  );
}
