import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PluginResult } from '../../src/contract/index.ts';
import { readJson, root, temporaryFolder } from './command.ts';
import { run } from './say.ts';

const folder = join(root, 'fixtures', 'nist', 'univariate');

/** Certified values and data of a StRD file, as text. */
function readSet(name: string) {
  const text = readFileSync(join(folder, name), 'latin1');
  const certified = (label: RegExp) =>
    /([-+.\d]+(?:[eE][-+]?\d+)?)/.exec(text.slice(text.search(label)).replace(/^[^:]*:/, ''))?.[1] ?? '';
  const data = text
    .slice(text.search(/^Data: +Y/m))
    .split(/\r?\n/)
    .slice(2)
    .map((line) => line.trim())
    .filter((line) => /^[-+.\d]+$/.test(line));
  return {
    mean: certified(/^Sample Mean/m),
    deviation: certified(/^Sample Standard Deviation/m),
    autocorrelation: certified(/^Sample Autocorrelation/m),
    data,
  };
}

/** A decimal text times 10^power, by moving the point. */
function shiftPoint(text: string, power: number): string {
  const [, sign = '', whole = '', fraction = ''] = /^([-+]?)(\d*)\.?(\d*)$/.exec(text) ?? [];
  const digits = whole + fraction;
  const point = whole.length + power;
  const padded =
    point > digits.length
      ? digits.padEnd(point, '0')
      : digits.padStart(digits.length + Math.max(0, 1 - point), '0');
  const at = Math.max(1, point);
  const text2 = `${padded.slice(0, at)}.${padded.slice(at)}`.replace(/^0+(?=\d)/, '').replace(/\.$/, '');
  return sign === '-' ? `-${text2}` : text2;
}

/** A decimal text plus a whole number, exactly. */
function plus(text: string, addend: bigint): string {
  const [whole = '0', fraction = ''] = text.replace('+', '').split('.');
  const unit = 10n ** BigInt(fraction.length);
  const scaled =
    BigInt(whole.replace('-', '') + fraction) * (text.startsWith('-') ? -1n : 1n) + addend * unit;
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(fraction.length + 1, '0');
  const cut = digits.length - fraction.length;
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, cut)}${fraction === '' ? '' : `.${digits.slice(cut)}`}`;
}

/** Log relative error: how many leading digits are right. The certified text may have fewer than 15 digits. */
function agreeingDigits(found: number, certified: string): number {
  const truth = Number(certified);
  if (found === truth) return 15;
  return -Math.log10(Math.abs(found - truth) / (truth === 0 ? 1 : Math.abs(truth)));
}

async function profile(columns: Record<string, string[]>, confirm: boolean) {
  const appdata = temporaryFolder();
  const names = Object.keys(columns);
  const rows = (columns[names[0] ?? ''] ?? []).map((_, i) =>
    names.map((name) => columns[name]?.[i]).join(','),
  );
  const file = join(appdata, 'data.csv');
  writeFileSync(file, `${names.join(',')}\n${rows.join('\n')}\n`);
  const roles = confirm ? ['--roles', names.map((name) => `measure=${name}`).join(',')] : [];
  const summary = await run(file, appdata, ['--plugins', 'profile_basic', ...roles]);
  const result = readJson<PluginResult>(join(summary.run_dir, 'results', 'profile_basic.json'));
  return (column: string) =>
    result.findings.find((finding) => JSON.stringify(finding.target['columns']) === JSON.stringify([column]))
      ?.fields ?? {};
}

const value = (fields: Record<string, { value: unknown }>, name: string) => {
  expect(fields, name).toHaveProperty(name);
  return Number(fields[name]?.value);
};

test.each(readdirSync(folder).filter((name) => /^(?!SOURCE)/.test(name)))(
  'NIST StRD %s through run: log relative error of at least 14, also scaled and shifted',
  async (name) => {
    const set = readSet(name);
    expect(set.data.length).toBeGreaterThan(2);
    const shift = 1_000_000n;
    const fieldsOf = await profile(
      {
        plain: set.data,
        million: set.data.map((text) => shiftPoint(text, 6)),
        millionth: set.data.map((text) => shiftPoint(text, -6)),
        shifted: set.data.map((text) => plus(text, shift)),
      },
      name === 'NumAcc1.dat',
    ); // three different whole numbers of eight digits look like ids: confirmed as a measure
    const lre = (column: string, mean: string, deviation: string) => {
      const fields = fieldsOf(column);
      return [
        agreeingDigits(value(fields, 'mean'), mean),
        agreeingDigits(value(fields, 'standard_deviation'), deviation),
        agreeingDigits(value(fields, 'lag1_autocorrelation'), set.autocorrelation),
      ];
    };
    const { mean, deviation } = set;
    const found = {
      plain: lre('plain', mean, deviation),
      million: lre('million', shiftPoint(mean, 6), shiftPoint(deviation, 6)),
      millionth: lre('millionth', shiftPoint(mean, -6), shiftPoint(deviation, -6)),
      shifted: lre('shifted', plus(mean, shift), deviation),
    };
    for (const [column, digits] of Object.entries(found)) {
      for (const lreOfStatistic of digits)
        expect(lreOfStatistic, `${name} ${column} ${digits}`).toBeGreaterThanOrEqual(14);
    }
  },
);
