import { stop } from 'esbuild';

let underWay = 0;

/** Does a piece of work with esbuild. Its process, which holds some 170 MB, goes when nobody needs it any more. */
export async function whileBundling<T>(work: () => Promise<T>): Promise<T> {
  underWay += 1;
  try {
    return await work();
  } finally {
    underWay -= 1;
    if (underWay === 0) await stop();
  }
}
