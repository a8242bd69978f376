const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };
const BINARY_UNITS: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** `2GB`, `512MiB`, `1.5G` … in bytes; undefined where it is no size. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?$/i.exec(text.trim());
  const unit = match?.[2]?.toUpperCase() ?? '';
  const factor = match?.[3] ? BINARY_UNITS[unit] : UNITS[unit];
  const bytes = Math.round(Number(match?.[1] ?? Number.NaN) * (factor ?? Number.NaN));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Bytes for people: `1.2 GB`. */
export function shownBytes(bytes: number): string {
  const steps = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(steps.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return step === 0 ? `${bytes} bytes` : `${(bytes / 1000 ** step).toFixed(1)} ${steps[step]}`;
}
