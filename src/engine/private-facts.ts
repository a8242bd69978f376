import { homedir, hostname } from 'node:os';
import { environmentValue, REDACTED, redactorOf, type Secret, userName } from '../base/index.ts';
import { environmentNames } from '../contract/index.ts';

/** Takes out of a text what a diagnostics bundle must not tell. */
export type Discretion = (text: string) => string;

/** A shorter name or path than this is taken for an ordinary word. */
const SHORTEST = 5;
/** Names of variables and of settings whose values are nobody's business. */
const SECRET_VARIABLE = /key|token|secret|passw|credential|authorization/i;
const SECRET_SETTING = /^key$|(api|access|private)_?key|token|secret|passw|credential|authorization/i;
/** The names of people in paths, whoever's home it is and however the path is written. */
const HOMES = /((?:[/\\]+)(?:home|Users|users)(?:[/\\]+))([^/\\"'<>\s]+)/g;

/** Who consented to something, in documents. */
const PEOPLE = /("(?:approved|revoked)_by":\s*")[^"]*/g;

/**
 * What keeps secrets and people out of a bundle: values of the environment that settings take, values of variables and
 * settings that are named like secrets, the user's name, home and machine, and names in paths to homes.
 */
export function discretionFor(settings: Readonly<Record<string, unknown>>): Discretion {
  const redactor = redactorOf([...secretsIn(settings), ...secretsOfEnvironment(), ...personal()], SHORTEST);
  return (text) => redactor.text(text).replace(HOMES, `$1${REDACTED}`).replace(PEOPLE, `$1${REDACTED}`);
}

function secretsIn(settings: Readonly<Record<string, unknown>>): Secret[] {
  const taken = environmentNames(settings).flatMap((name) => secret(name, environmentValue(name)));
  return [...taken, ...namedLikeSecrets(settings)];
}

/** Values of settings that look like secrets by their name: they should have been taken from the environment. */
function namedLikeSecrets(value: unknown, name = ''): Secret[] {
  if (typeof value === 'string') return SECRET_SETTING.test(name) ? secret(name, value) : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    namedLikeSecrets(inner, Array.isArray(value) ? name : key),
  );
}

/** Variables that no setting takes may hold anything: only what looks like a secret is taken for one. */
function secretsOfEnvironment(): Secret[] {
  const names = Object.keys(process.env).filter((name) => SECRET_VARIABLE.test(name));
  const known = names.flatMap((name) => secret(name, environmentValue(name)));
  return known.filter(({ value }) => value.length >= 8 && /[^a-z]/.test(value));
}

function personal(): Secret[] {
  return [
    ...secret('the home folder', homedir()),
    ...secret('the user', userName()),
    ...secret('the machine', hostname()),
  ];
}

function secret(name: string, value: string | undefined): Secret[] {
  return value === undefined || value === '' ? [] : [{ name, value }];
}
