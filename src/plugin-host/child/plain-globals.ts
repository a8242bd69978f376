/** What remains of the runtime's own globals; the language's (Array, Math, JSON …) stay as they are. */
const KEPT = new Set([
  ...['AbortController', 'AbortSignal', 'DOMException', 'Event', 'EventTarget', 'TextDecoder', 'TextEncoder'],
  ...['URL', 'URLSearchParams', 'atob', 'btoa', 'clearInterval', 'clearTimeout', 'console', 'crypto'],
  ...[
    'globalThis',
    'performance',
    'queueMicrotask',
    'reportError',
    'setInterval',
    'setTimeout',
    'structuredClone',
  ],
  ...[
    'Array',
    'ArrayBuffer',
    'BigInt',
    'BigInt64Array',
    'BigUint64Array',
    'Boolean',
    'DataView',
    'Date',
    'Float16Array',
  ],
  ...[
    'Float32Array',
    'Float64Array',
    'Function',
    'Infinity',
    'Int16Array',
    'Int32Array',
    'Int8Array',
    'Intl',
  ],
  ...[
    'Iterator',
    'JSON',
    'Map',
    'Math',
    'NaN',
    'Number',
    'Object',
    'Promise',
    'Proxy',
    'Reflect',
    'RegExp',
    'Set',
  ],
  ...[
    'String',
    'Symbol',
    'Temporal',
    'Uint16Array',
    'Uint32Array',
    'Uint8Array',
    'Uint8ClampedArray',
    'WeakMap',
  ],
  ...['WeakSet', 'AggregateError', 'Error', 'EvalError', 'RangeError', 'ReferenceError', 'SuppressedError'],
  ...[
    'SyntaxError',
    'TypeError',
    'URIError',
    'DisposableStack',
    'AsyncDisposableStack',
    'decodeURI',
    'undefined',
  ],
  ...['decodeURIComponent', 'encodeURI', 'encodeURIComponent', 'escape', 'unescape', 'isFinite', 'isNaN'],
  ...['parseFloat', 'parseInt', 'eval'],
]);

/**
 * Takes away what could tell one machine or moment from another: Deno, process, workers, storage, navigator, garbage
 * collection. Hygiene on top of the sandbox, not the sandbox: permissions hold without it. `also`: what stays too.
 */
export function plainGlobals(also: readonly string[]): void {
  const kept = new Set([...KEPT, ...also]);
  // Some globals are made when they are first read, and need the others then.
  for (const name of kept) Reflect.get(globalThis, name);
  clearTimeout(setTimeout(() => undefined, 0));
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!kept.has(name)) Reflect.deleteProperty(globalThis, name);
  }
}

/** Folders differ from machine to machine, so stack traces name files without them. */
export function plainStacks(folders: readonly string[]): void {
  const clean = (text: string) => folders.reduce((shown, folder) => shown.replaceAll(folder, ''), text);
  const describe = (error: unknown) => {
    try {
      return String(error);
    } catch {
      return 'Error';
    }
  };
  const value = (error: unknown, sites: readonly unknown[]) =>
    clean([describe(error), ...sites.map((site) => `    at ${site}`)].join('\n'));
  // For good: another one would be given the sites, which know the folders.
  Object.defineProperty(Error, 'prepareStackTrace', { value, writable: false, configurable: false });
}
