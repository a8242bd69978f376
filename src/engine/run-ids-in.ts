import { namesIn } from '../base/index.ts';

/** The ids of runs that have a folder in this one. */
export async function runIdsIn(folder: string): Promise<string[]> {
  return (await namesIn(folder)).filter((name) => /^[0-9a-f]{32}$/.test(name));
}
