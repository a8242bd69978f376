/** The value with `rank` (from 0) smaller ones before it, by Hoare's selection; reorders the values it is given. */
export function orderStatistic(values: Float64Array, rank: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[rank] ?? 0;
    let [i, j] = [low, high];
    while (i <= j) {
      while ((values[i] ?? 0) < pivot) i += 1;
      while ((values[j] ?? 0) > pivot) j -= 1;
      if (i > j) break;
      const swapped = values[i] ?? 0;
      values[i] = values[j] ?? 0;
      values[j] = swapped;
      i += 1;
      j -= 1;
    }
    if (j < rank) low = i;
    if (i > rank) high = j;
  }
  return values[rank] ?? 0;
}
