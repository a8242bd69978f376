/**
 * What a work makes of each item, in the order of the items, two of them under way at a time: a query alone leaves a
 * processor idle now and then. Works may ask for data; what they tell of it in the output would come in any order.
 */
export async function twoAtOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  async function workOn(): Promise<void> {
    for (const [i, item] of left) results[i] = await work(item);
  }
  await Promise.all([workOn(), workOn()]);
  return results;
}
