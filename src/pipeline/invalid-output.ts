import { messageOf } from '../base/index.ts';

/** Output that breaks the contract: the execution counts as `invalid_output`, and nothing of it is committed. */
export class InvalidOutput extends Error {
  override readonly name = 'InvalidOutput';
}

/** A value that has to be there. Throws InvalidOutput. */
export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new InvalidOutput(`there is no "${name}"`);
  return value;
}

/** A record with each value mapped. */
export function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  map: (value: A, name: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}

/** Runs a check and puts the place before the reason. */
export function at<T>(place: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof InvalidOutput)) throw error;
    throw new InvalidOutput(`${place}: ${messageOf(error)}`);
  }
}
