const MAX_DEPTH = 100;

/** JSON that is not taken: where, and why. */
export class UntrustedJsonError extends Error {
  override readonly name = 'UntrustedJsonError';
}

/**
 * JSON from the sandbox. Refused: invalid UTF-8 or JSON, `__proto__` as a key, more than 100 levels, numbers that
 * overflow a double, and text with half a surrogate pair. What comes back is plain, finite and well-formed.
 */
export function parseUntrusted(bytes: Uint8Array): unknown {
  const value = parse(bytes);
  const open: { value: unknown; path: string; depth: number }[] = [{ value, path: '', depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: item, path, depth } = next;
    if (typeof item === 'string') checkText(item, path);
    if (typeof item === 'number' && !Number.isFinite(item))
      throw refused(path, 'a number beyond the doubles');
    if (typeof item !== 'object' || item === null) continue;
    if (depth >= MAX_DEPTH) throw refused(path, `more than ${MAX_DEPTH} levels`);
    for (const [key, inner] of Object.entries(item)) {
      if (key === '__proto__') throw refused(path, 'the key __proto__');
      checkText(key, path);
      open.push({ value: inner, path: path === '' ? key : `${path}.${key}`, depth: depth + 1 });
    }
  }
  return value;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new UntrustedJsonError('a message is not JSON in UTF-8');
  }
}

function checkText(text: string, path: string): void {
  if (!text.isWellFormed()) throw refused(path, 'text with half a surrogate pair');
}

function refused(path: string, what: string): UntrustedJsonError {
  return new UntrustedJsonError(`${path === '' ? 'the message' : path.slice(0, 200)} holds ${what}`);
}
