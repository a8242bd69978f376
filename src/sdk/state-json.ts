/** The tag under which a big integer travels in JSON: `{"$big":"-123"}`. */
const TAG = '$big';
const INTEGER = /^-?(0|[1-9][0-9]*)$/;

/**
 * A chunk state as plain JSON values: big integers become `{"$big":"123"}`. Undefined members are left out.
 * Throws a TypeError that names the place of a value JSON can't carry exactly (NaN, infinities, a function,
 * a Map, a typed array, undefined in an array, text with half a surrogate pair). -0 becomes 0; members are sorted.
 */
export function encodeState(state: unknown): unknown {
  return encode(state, '');
}

/** The inverse of {@link encodeState}: tagged big integers become `bigint` again. */
export function decodeState(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(decodeState);
  if (typeof json !== 'object' || json === null) return json;
  const entries = Object.entries(json);
  const [only] = entries;
  if (entries.length === 1 && only?.[0] === TAG) return bigOf(only[1]);
  return Object.fromEntries(entries.map(([key, value]) => [key, decodeState(value)]));
}

function bigOf(digits: unknown): bigint {
  if (typeof digits !== 'string' || !INTEGER.test(digits)) throw new TypeError('not a tagged big integer');
  return BigInt(digits);
}

function encode(value: unknown, path: string): unknown {
  switch (typeof value) {
    case 'bigint':
      return { [TAG]: value.toString() };
    case 'boolean':
      return value;
    case 'string':
      if (!value.isWellFormed()) throw unfit(path, 'text with half a surrogate pair');
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw unfit(path, String(value));
      return value === 0 ? 0 : value;
    case 'object':
      return value === null ? null : encodeObject(value, path);
    default:
      throw unfit(path, typeof value);
  }
}

function encodeObject(value: object, path: string): unknown {
  if (Array.isArray(value)) return Array.from(value, (item, i) => encode(item, `${path}[${i}]`));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw unfit(path, value.constructor?.name ?? 'an object that is not plain');
  }
  const encoded: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value).sort(byKey)) {
    const place = path === '' ? key : `${path}.${key}`;
    if (key === '__proto__' || !key.isWellFormed()) throw unfit(place, 'such a key');
    if (item !== undefined) encoded.push([key, encode(item, place)]);
  }
  return Object.fromEntries(encoded);
}

/** By UTF-16 code unit, as canonical JSON sorts. */
function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

function unfit(path: string, what: string): TypeError {
  return new TypeError(`${path === '' ? 'the state' : path} can not be ${what}`);
}
