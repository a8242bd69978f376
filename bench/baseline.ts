import { readFileSync } from 'node:fs';

const TOLERANCE = 1.2;

interface Baseline {
  readonly rows: number;
  readonly ratios: Readonly<Record<string, number>>;
}

/** Compares ratios with bench/baseline.json, which holds for one number of rows; false if the gate is to fail. */
export function compareWithBaseline(
  rows: number,
  ratios: Readonly<Record<string, number>>,
  gate: boolean,
): boolean {
  const baseline = JSON.parse(readFileSync(new URL('./baseline.json', import.meta.url), 'utf8')) as Baseline;
  if (baseline.rows !== rows) {
    console.log(`The baseline is for ${baseline.rows} rows; nothing compared.`);
    return true;
  }
  const worse = Object.entries(ratios).filter(
    ([name, ratio]) => ratio > (baseline.ratios[name] ?? Infinity) * TOLERANCE,
  );
  for (const [name, ratio] of worse) {
    console.log(`${name}: ratio ${ratio.toFixed(2)}, baseline ${baseline.ratios[name]?.toFixed(2)}`);
  }
  return worse.length === 0 || !gate;
}
