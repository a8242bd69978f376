import { describe, expect, expectTypeOf, test } from 'vitest';
import { canonicalJson } from '../../src/base/index.ts';
import { check, PluginOutput, type RawChart, type RawFinding } from '../../src/contract/index.ts';
import {
  type ChartInput,
  type ContextDoor,
  decodeState,
  encodeState,
  type FindingInput,
  type ItemInput,
  identifier,
  literal,
  makeContext,
  type StartDocument,
} from '../../src/sdk/index.ts';

const START: StartDocument = {
  schema: [{ name: 'Job', sql_name: 'Job', type: { kind: 'text' } }],
  roles: [
    { role: 'activity', sql_name: 'Job', confidence: 1, source: 'flag', reasons: [] },
    { role: 'measure', sql_name: 'a', confidence: 1, source: 'flag', reasons: [] },
    { role: 'measure', sql_name: 'b', confidence: 1, source: 'flag', reasons: [] },
  ],
  settings: {},
  coverage: { kind: 'FULL', rows: 2, of_rows: 2, rejected_rows: 0 },
  rowCount: 2,
  chunks: [],
  seed: '7',
  upstream: {},
};
const COLUMNS = [
  { name: 'n', type: 'BIGINT' },
  { name: 'x', type: 'DOUBLE' },
];
const DOOR: ContextDoor = {
  query: async () => ({
    handle: 'q1',
    columns: COLUMNS,
    rows: [
      ['9007199254740993', '0.1'],
      [null, 'NaN'],
    ],
  }),
  exact: async () => ({
    handle: 'e1',
    result: {
      groups: [{ key: ['A'], columns: { x: { n: { value: 2 }, mean: { value: null } } } }],
      groupColumns: ['Job'],
      description: { method: 'exact', parameters: {} },
    },
  }),
  derive: async () => undefined,
  batches: async function* () {},
  load: async function* () {},
  chunkQuery: async () => ({ columns: [], rows: [] }),
  chunkExact: async () => ({}),
  writeArtifact: async () => undefined,
  log: () => undefined,
  progress: () => undefined,
  signal: new AbortController().signal,
};

describe('a context', () => {
  test('knows roles and columns', () => {
    const { context } = makeContext(START, undefined, DOOR);
    expect(context.role('activity')).toBe('Job');
    expect(context.role('user')).toBeUndefined();
    expect(context.rolesOf('measure')).toEqual(['a', 'b']);
    expect(context.column('Job').type.kind).toBe('text');
    expect(() => context.column('job')).toThrow(RangeError);
  });

  test('reads cells exactly, and refers to cells that exist only', async () => {
    const query = await makeContext(START, undefined, DOOR).context.query('SELECT');
    expect(query.bigint(0, 'n')).toBe(9007199254740993n);
    expect(query.number(0, 'x')).toBe(0.1);
    expect(query.number(1, 'x')).toBeNaN();
    expect(query.bigint(1, 'n')).toBeNull();
    expect(query.cell(1, 'n')).toEqual({ query: 'q1', row: 1, column: 'n' });
    expect(() => query.cell(2, 'n')).toThrow('no row 2');
    expect(() => query.cell(0, 'm')).toThrow('no column "m"');
    expect(() => query.bigint(0, 'x')).toThrow('no integer');
  });

  test('refers to exact numbers that exist only', async () => {
    const exact = await makeContext(START, undefined, DOOR).context.exact({
      kind: 'moments',
      columns: ['x'],
    });
    expect(exact.key(0)).toEqual(['A']);
    expect(exact.number(0, 'x', 'n')).toBe(2);
    expect(exact.value(0, 'x', 'mean')).toEqual({ exact: 'e1', group: 0, column: 'x', value: 'mean' });
    expect(() => exact.value(0, 'x', 'mode')).toThrow('no mode');
    expect(() => exact.value(1, 'x', 'n')).toThrow('no group 1');
  });

  test('gathers an output that keeps to the contract', async () => {
    const { context, output } = makeContext(START, undefined, DOOR);
    const query = await context.query('SELECT');
    const derivation = context.derivation({
      method: 'm',
      values: { big: 10n ** 30n, none: null },
      inputs: [query],
    });
    const test = context.test({
      family: 'f',
      hypothesis: 'h',
      statistic: { name: 'z', value: 1 },
      p_value: 0.5,
      n: 2,
    });
    const chart = context.chart({ name: 'c', title: 'C', alternative: 'A', query, spec: { mark: 'bar' } });
    context.metric('total', { from: query.cell(0, 'n'), unit: 'rows' });
    context.note('nothing else');
    await context.artifact({ path: 'a.csv', content: 'x', media_type: 'text/csv', title: 'A' });
    const claim = {
      title: '{n}',
      statement: '{n}',
      fields: { n: derivation.value('big') },
      rows: query,
      test,
    };
    context.finding({
      ...claim,
      kind: 'k',
      target: {},
      how: 'tested',
      severity: 'info',
      charts: [chart],
      items: [{ ...claim, charts: [chart] }],
    });
    const checked = check(PluginOutput, output());
    expect(checked).toMatchObject({ ok: true });
    expect(output().derivations[0]?.values).toEqual({ big: '1000000000000000000000000000000', none: null });
    expect(output().findings[0]).toMatchObject({
      rows: 'q1',
      items: [{ rows: 'q1', fields: { n: { from: { derivation: 'd1', value: 'big' } } } }],
    });
    expect(() => context.derivation({ method: 'm', values: { x: Number.NaN }, inputs: [] })).toThrow(
      'say null',
    );
    expect(() => context.metric('total', query.cell(0, 'n'))).toThrow('already set');
  });

  test('has streams by label, the same for the same seed, and none without a seed', () => {
    const draw = (seed: string | null, label: string) =>
      makeContext({ ...START, seed }, undefined, DOOR)
        .context.random(label)
        .uniform();
    expect(draw('7', 'a')).toBe(draw('7', 'a'));
    expect(draw('7', 'a')).not.toBe(draw('7', 'b'));
    expect(draw('7', 'a')).not.toBe(draw('8', 'a'));
    expect(() => draw(null, 'a')).toThrow('not declared');
  });
});

test('names and texts are quoted for SQL', () => {
  expect(identifier('a "b" c')).toBe('"a ""b"" c"');
  expect(literal("it's")).toBe("'it''s'");
  expect(() => identifier('a\0')).toThrow(TypeError);
});

describe('a chunk state', () => {
  test('comes back from JSON as it went, big integers included', () => {
    const state = { b: [1n, -(10n ** 40n), { c: null }], a: 'text', 10: true, 9: 0.1 };
    expect(decodeState(JSON.parse(JSON.stringify(encodeState(state))))).toEqual(state);
  });

  test('reads back alike from its own JSON and from canonical JSON', () => {
    const encoded = encodeState({ z: 1, a: { 10: 1, 9: 2, b: 3 }, 2: [{ y: 1, x: 2 }] });
    const own = JSON.stringify(decodeState(JSON.parse(JSON.stringify(encoded))));
    expect(JSON.stringify(decodeState(JSON.parse(canonicalJson(encoded))))).toBe(own);
  });

  test.each([
    [{ a: [Number.POSITIVE_INFINITY] }, 'a[0] can not be Infinity'],
    [{ a: new Date(0) }, 'a can not be Date'],
    [[undefined], '[0] can not be undefined'],
    [() => 1, 'the state can not be function'],
  ])('that JSON can not carry is refused with its place', (state, message) => {
    expect(() => encodeState(state)).toThrow(message);
  });

  test('with a broken tag is refused', () => {
    expect(() => decodeState({ $big: '0x10' })).toThrow('tagged');
  });
});

describe('what a plugin hands over', () => {
  test('has the members that the contract has, each of the same type', () => {
    type RawItem = NonNullable<RawFinding['items']>[number];
    type Plain<T> = Omit<T, 'fields' | 'rows' | 'items' | 'query'>;
    expectTypeOf<keyof FindingInput>().toEqualTypeOf<keyof RawFinding>();
    expectTypeOf<keyof ItemInput>().toEqualTypeOf<keyof RawItem>();
    expectTypeOf<keyof ChartInput>().toEqualTypeOf<keyof RawChart>();
    expectTypeOf<Plain<RawFinding>>().toExtend<Plain<FindingInput>>();
    expectTypeOf<Plain<RawItem>>().toExtend<Plain<ItemInput>>();
    expectTypeOf<Plain<RawChart>>().toExtend<Plain<ChartInput>>();
  });

  test('is refused by the name of the member that is missing, unknown or of another kind', async () => {
    const { context } = makeContext(START, undefined, DOOR);
    const artifact = (input: object) => context.artifact(input as Parameters<typeof context.artifact>[0]);
    const file = { path: 'a.csv', content: 'a', media_type: 'text/csv', title: 'A' };
    await expect(artifact({ ...file, media_type: undefined })).rejects.toThrow(
      'ctx.artifact: media_type is missing',
    );
    await expect(artifact({ ...file, text: 'a' })).rejects.toThrow(
      'ctx.artifact: text is unknown; known: path, content, media_type, title, keep',
    );
    await expect(artifact({ ...file, content: 7 })).rejects.toThrow(
      'ctx.artifact: content has to be text or a Uint8Array, got 7',
    );
    const exact = (input: object) => context.exact(input as Parameters<typeof context.exact>[0]);
    await expect(exact({ kind: 'mean', columns: ['a'] })).rejects.toThrow(
      'ctx.exact: kind has to be one of sum, moments, products, squares, cross_products, got "mean"',
    );
    await expect(exact({ kind: 'sum', columns: 'a' })).rejects.toThrow('columns has to be a list of texts');
  });
});
