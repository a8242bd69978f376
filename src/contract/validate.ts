import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Static, TSchema } from 'typebox';
import { nearest } from '../base/index.ts';

/** One thing that is wrong with a document: where (`plugins.profile_basic.settings.bins`) and what. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const ajv = new Ajv({
  allErrors: true,
  strict: false,
  allowUnionTypes: true,
  verbose: true,
  // what an object inherits is nothing that a document says
  ownProperties: true,
  // most schemas check a few documents in a process: to polish their code takes longer than it saves
  code: { optimize: false },
});
/** By the schema's text: one that is read again and again, such as a plugin's, is compiled once in a process. */
const compiled = new Map<string, ValidateFunction>();
const ofSchema = new WeakMap<object, ValidateFunction>();

/** Checks an unknown value against a schema; all problems are reported, each with its path. */
export function check<S extends TSchema>(schema: S, value: unknown): Checked<Static<S>> {
  return checkJsonSchema(schema, value) as Checked<Static<S>>;
}

/** The same for a JSON Schema that came as data (a plugin's `config_schema`). */
export function checkJsonSchema(schema: object, value: unknown): Checked<unknown> {
  const validate = ofSchema.get(schema) ?? compile(schema);
  ofSchema.set(schema, validate);
  if (validate(value)) return { ok: true, value };
  return { ok: false, problems: distinct((validate.errors ?? []).map(toProblem)) };
}

function compile(schema: object): ValidateFunction {
  const { $id: _unused, ...anonymous } = schema as { $id?: string };
  const text = JSON.stringify(anonymous);
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const validate = ajv.compile(anonymous);
  compiled.set(text, validate);
  return validate;
}

/** Fills in a schema's defaults for the top-level keys of an object of settings. */
export function withDefaults(
  schema: { properties?: Record<string, { default?: unknown }> },
  settings: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  // Own keys only: a setting may be called `constructor`.
  const filled = Object.entries(schema.properties ?? {})
    .map(([key, property]) => [key, Object.hasOwn(settings, key) ? settings[key] : property.default])
    .filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(filled), ...settings };
}

/** Where the defaults of a schema of settings do not fit that schema, in words; undefined where they do. */
export function unfitDefaults(schema: Record<string, unknown>): string | undefined {
  const checked = checkSettings(schema, withDefaults(schema, {}));
  return checked.ok ? undefined : describeProblems(checked.problems);
}

/** The settings of a schema that nothing stands for where nobody sets them. */
export function unsetSettings(schema: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(schema['properties'] ?? {})
    .filter(([, property]) => !Object.hasOwn(property, 'default'))
    .map(([key]) => key);
}

/**
 * Checks a plugin's settings, its defaults filled in, against its `config_schema`. Settings are a closed object: an unknown
 * key is a mistake, not an extra.
 */
export function checkSettings(
  schema: Readonly<Record<string, unknown>>,
  settings: Readonly<Record<string, unknown>>,
): Checked<unknown> {
  const closed = closedSchemas.get(schema) ?? { type: 'object', additionalProperties: false, ...schema };
  closedSchemas.set(schema, closed);
  return checkJsonSchema(closed, settings);
}

const closedSchemas = new WeakMap<object, object>();

/** Problems as one sentence each, joined. */
export function describeProblems(problems: readonly Problem[]): string {
  return problems.map((p) => (p.path === '' ? p.message : `${p.path}: ${p.message}`)).join('; ');
}

function toProblem(error: ErrorObject): Problem {
  const path = error.instancePath.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');
  const shown = JSON.stringify(error.data);
  const got = shown !== undefined && shown.length <= 80 ? `, got ${shown}` : '';
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(error.params['additionalProperty']);
      const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {});
      const near = nearest(key, known);
      const hint = near === undefined ? `known: ${known.join(', ') || 'none'}` : `did you mean "${near}"?`;
      return { path: path === '' ? key : `${path}.${key}`, message: `unknown key (${hint})` };
    }
    case 'enum':
      return { path, message: `must be one of ${(error.schema as string[]).join(', ')}${got}` };
    case 'pattern': {
      const words: unknown = error.parentSchema?.['x-words'];
      return {
        path,
        message: `must be ${typeof words === 'string' ? words : `of the pattern ${error.schema}`}${got}`,
      };
    }
    default:
      return { path, message: `${error.message ?? error.keyword}${got}` };
  }
}

function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((p) => [`${p.path}\n${p.message}`, p])).values()];
}
