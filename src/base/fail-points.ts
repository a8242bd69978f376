/** Under this name a test finds the hook again that it put on `globalThis`; nothing else arms a fail point. */
const HOOK = Symbol.for('statistic-harness.fail-point');

/**
 * A named moment at a write: `noun.moment`, such as `run.sealed`, with the path it is about where there is one. Does
 * nothing, unless a test has armed it before the program was loaded; then the process may die here, or an error of the
 * operating system be thrown as if the write had failed. test/crash looks that every name is passed and survived.
 */
export function failPoint(name: string, path = ''): void {
  const hook: unknown = Reflect.get(globalThis, HOOK);
  if (typeof hook === 'function') hook(name, path);
}
