/** A whole number with commas between thousands, the same in every locale. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `4,213 of 4,220`. */
export function of(part: number, whole: number): string {
  return `${count(part)} of ${count(whole)}`;
}

/** A count with its noun. */
export function some(value: number, one: string, many: string): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}
