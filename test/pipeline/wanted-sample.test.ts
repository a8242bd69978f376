import { expect, it } from 'vitest';
import { HarnessError, messageOf } from '../../src/base/index.ts';
import type { Config, DatasetSchema } from '../../src/contract/index.ts';
import { resolveSample, samplingOf, type WantedSample } from '../../src/pipeline/wanted-sample.ts';

const pick = <T>(_key: string, flag: T | undefined, config: T | undefined, fallback: T): T =>
  flag ?? config ?? fallback;
const wanted = (flags: { sample?: string; sampleBy?: string }, file?: Config['sample']) =>
  resolveSample(flags, file, pick);

it.each<[string | undefined, Config['sample'], WantedSample | undefined]>([
  ['0.1', undefined, { fraction: 0.1 }],
  ['10%', undefined, { fraction: 0.1 }],
  [' 0.3 %', undefined, { fraction: 0.003 }],
  ['100%', undefined, undefined],
  ['1', 0.5, undefined],
  [undefined, undefined, undefined],
  [undefined, 0.25, { fraction: 0.25 }],
  [undefined, '5%', { fraction: 0.05 }],
  ['20%', { fraction: 0.5, by: 'ID' }, { fraction: 0.2, by: 'ID' }],
])('the flag %s over the file %j asks for %j', (flag, file, expected) => {
  expect(wanted(flag === undefined ? {} : { sample: flag }, file)).toEqual(expected);
});

it.each(['0', '0%', '-0.1', '101%', '1.5', 'a tenth', '', '1e-3%', 'NaN', '0x1'])(
  '"%s" is no share',
  (text) => {
    expect(() => wanted({ sample: text })).toThrow(
      `must be a share above 0 and at most 1, such as 0.1 or 10%, got "${text}"`,
    );
  },
);

it('tells who means per cent how to write it, and who names a column alone what is missing', () => {
  expect(() => wanted({ sample: '10' })).toThrow('10 per cent are 10%');
  expect(() => wanted({ sampleBy: 'ID' })).toThrow('a share is missing');
});

const schema: DatasetSchema = {
  schema_version: 'dataset_schema.v1',
  columns: [
    { name: 'Order No', sql_name: 'Order_No', type: { kind: 'integer' } },
    { name: 'Price', sql_name: 'Price', type: { kind: 'double' } },
  ],
};

it('a column is named by its header or its name in SQL', () => {
  const by = (name: string) => samplingOf({ fraction: 0.5, by: name }, schema);
  const expected = { method: 'cases', column: 'Order_No', fraction: 0.5 };
  expect([by('Order No'), by('order_no')]).toEqual([expected, expected]);
  expect(samplingOf({ fraction: 0.5 }, schema)).toEqual({ method: 'rows', fraction: 0.5 });
  expect(messageOf(caught(() => by('Order Np')))).toContain('Nearest: Order No');
  expect(messageOf(caught(() => by('Price')))).toContain('it is of type double');
});

function caught(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error instanceof HarnessError ? error : undefined;
  }
}
