import { AsyncLocalStorage } from 'node:async_hooks';
import type { Draws } from '../plugin-host/index.ts';

const running = new AsyncLocalStorage<Draws>();
let isReplaced = false;

/** Lets the code of a plugin, and all that it begins, draw as in the sandbox; everything beside it draws as ever. */
export function drawingFrom<T>(draws: Draws, run: () => T): T {
  if (!isReplaced) replaceRandomness();
  isReplaced = true;
  return running.run(draws, run);
}

function replaceRandomness(): void {
  const { random } = Math;
  Math.random = () => running.getStore()?.uniform() ?? random();
  const values = crypto.getRandomValues.bind(crypto);
  const uuid = crypto.randomUUID.bind(crypto);
  replaceOf(
    crypto,
    'getRandomValues',
    (array: Uint8Array) => running.getStore()?.fill(array) ?? values(array),
  );
  replaceOf(crypto, 'randomUUID', () => running.getStore()?.uuid() ?? uuid());
}

function replaceOf(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}
