const MAX_DEPTH = 100;
/** Arrays and objects cost the host many times their two bytes. */
const MAX_CONTAINERS = 1_000_000;
const MAX_VALUES = 10_000_000;

/** JSON that is not taken: where, and why. */
export class UntrustedJsonError extends Error {
  override readonly name = 'UntrustedJsonError';
}

/**
 * JSON from the sandbox. Refused: invalid UTF-8 or JSON (NaN and infinities are none), more than 100 levels, a million
 * arrays and objects or ten million values, a key twice in one object, `__proto__` as a key, numbers that overflow a
 * double, and text with half a surrogate pair. -0 is taken as 0, a number of more digits as the nearest double. What
 * comes back is plain, finite and well-formed.
 */
export function parseUntrusted(bytes: Uint8Array): unknown {
  const members = countMembers(bytes);
  const value = parse(bytes);
  const seen = { members: 0, path: [] };
  const plain = checked(value, seen);
  // An object keeps one of two members with the same key, so that fewer are left than were written.
  if (seen.members !== members) throw new UntrustedJsonError('the JSON holds an object that has a key twice');
  return plain;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

/** How many members the objects of a text have, as written. Refuses what is too deep or too much before it is parsed. */
function countMembers(bytes: Uint8Array): number {
  let members = 0;
  let containers = 0;
  let values = 1;
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case QUOTE:
        at = endOfString(bytes, at);
        break;
      case COLON:
        members += 1;
        break;
      case COMMA:
        values += 1;
        break;
      case 0x5b:
      case 0x7b:
        containers += 1;
        depth += 1;
        if (depth > MAX_DEPTH) throw refused([], `more than ${MAX_DEPTH} levels`);
        break;
      case 0x5d:
      case 0x7d:
        depth -= 1;
    }
  }
  if (containers > MAX_CONTAINERS) throw refused([], `more than ${MAX_CONTAINERS} arrays and objects`);
  if (values > MAX_VALUES) throw refused([], `more than ${MAX_VALUES} values`);
  return members;
}

/** Where the text that begins at a quote ends: at its other quote, or with the bytes. */
function endOfString(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new UntrustedJsonError('this is not JSON in UTF-8');
  }
}

interface Seen {
  members: number;
  readonly path: string[];
}

/** The value with every part of it looked at. It is no deeper than {@link MAX_DEPTH}. */
function checked(value: unknown, seen: Seen): unknown {
  if (typeof value === 'string') return checkedText(value, seen.path);
  if (typeof value === 'number') return checkedNumber(value, seen.path);
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const plain = inside(String(i), value[i], seen);
      if (!Object.is(plain, value[i])) value[i] = plain;
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      if (key === '__proto__') throw refused(seen.path, 'the key __proto__');
      checkedText(key, seen.path);
      seen.members += 1;
      const plain = inside(key, member, seen);
      if (!Object.is(plain, member)) Reflect.set(value, key, plain);
    }
  }
  return value;
}

function inside(key: string, value: unknown, seen: Seen): unknown {
  seen.path.push(key);
  const plain = checked(value, seen);
  seen.path.pop();
  return plain;
}

function checkedNumber(value: number, path: readonly string[]): number {
  if (!Number.isFinite(value)) throw refused(path, 'a number beyond the doubles');
  return value === 0 ? 0 : value;
}

function checkedText(text: string, path: readonly string[]): string {
  if (!text.isWellFormed()) throw refused(path, 'text with half a surrogate pair');
  return text;
}

function refused(path: readonly string[], what: string): UntrustedJsonError {
  return new UntrustedJsonError(
    `${path.length === 0 ? 'the JSON' : path.join('.').slice(0, 200)} holds ${what}`,
  );
}
