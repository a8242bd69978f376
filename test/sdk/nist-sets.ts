import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../fixtures/nist/', import.meta.url));

/** A one-way analysis of variance of NIST StRD: rows of (treatment, response), and certified values, all as text. */
export interface AnovaSet {
  readonly rows: readonly (readonly [string, string])[];
  readonly between: string;
  readonly within: string;
  readonly f: string;
  readonly rSquared: string;
  readonly deviation: string;
}

/** A linear regression of NIST StRD: rows of (y, x …), and certified values, all as text. */
export interface LinearSet {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly coefficients: readonly { readonly estimate: string; readonly deviation: string }[];
  readonly hasIntercept: boolean;
  readonly deviation: string;
  readonly rSquared: string;
  readonly f: string;
}

/** Names of the sets of a kind. */
export function nistSets(kind: 'anova' | 'linear'): string[] {
  return readdirSync(`${folder}${kind}`).flatMap((name) => /^(.+)\.dat$/.exec(name)?.[1] ?? []);
}

export function readAnova(name: string): AnovaSet {
  const lines = linesOf('anova', name);
  const between = numbersIn(line(lines, /^Between /));
  return {
    rows: dataOf(lines).map(([treatment = '', response = '']) => [treatment, response] as const),
    between: between.at(-3) ?? '',
    within: numbersIn(line(lines, /^Within /)).at(-2) ?? '',
    f: between.at(-1) ?? '',
    rSquared: numbersIn(line(lines, /Certified R-Squared/)).at(-1) ?? '',
    deviation: numbersIn(line(lines, /Standard Deviation +[-+.\dE]+ *$/)).at(-1) ?? '',
  };
}

export function readLinear(name: string): LinearSet {
  const lines = linesOf('linear', name);
  const parameters = lines.filter((text) => /^ +B\d+ +/.test(text));
  return {
    header:
      /^Data: +(.*)$/
        .exec(lines[dataLine(lines)] ?? '')?.[1]
        ?.trim()
        .split(/ +/) ?? [],
    rows: dataOf(lines),
    coefficients: parameters.map((text) => {
      const [, estimate = '', deviation = ''] = text.trim().split(/ +/);
      return { estimate, deviation };
    }),
    hasIntercept: /^ +B0 /.test(parameters[0] ?? ''),
    deviation: numbersIn(line(lines, /^ +Standard Deviation +[-+.\dE]+ *$/)).at(-1) ?? '',
    rSquared: numbersIn(line(lines, /^ +R-Squared/)).at(-1) ?? '',
    f:
      line(lines, /^Regression /)
        .trim()
        .split(/ +/)
        .at(-1) ?? '',
  };
}

/** Log relative error: how many leading digits are right, at most 15. */
export function agreeingDigits(found: number, certified: string): number {
  const truth = Number(certified);
  if (found === truth) return 15;
  return -Math.log10(Math.abs(found - truth) / (truth === 0 ? 1 : Math.abs(truth)));
}

function linesOf(kind: 'anova' | 'linear', name: string): string[] {
  return readFileSync(`${folder}${kind}/${name}.dat`, 'latin1').split(/\r?\n/);
}

function line(lines: readonly string[], form: RegExp): string {
  const found = lines.find((text) => form.test(text));
  if (found === undefined) throw new Error(`no line like ${form}`);
  return found;
}

function numbersIn(text: string): string[] {
  return text.match(/[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?/g) ?? [];
}

/** The line that names the columns is the last that begins with `Data:`. */
function dataLine(lines: readonly string[]): number {
  return lines.findLastIndex((text) => /^Data:/.test(text));
}

function dataOf(lines: readonly string[]): string[][] {
  return lines
    .slice(dataLine(lines) + 1)
    .map((text) => text.trim())
    .filter((text) => /^[-+.\d]/.test(text))
    .map((text) => text.split(/\s+/));
}
