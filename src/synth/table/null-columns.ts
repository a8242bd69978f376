import { type Draws, draws, weightedPick, zipfWeights } from '../draws.ts';
import {
  type ColumnSource,
  category,
  decimal,
  fixed,
  identifier,
  integer,
  type SyntheticCell,
  type SyntheticColumn,
  text,
} from './columns.ts';

/**
 * The columns of a table without structure: every cell is drawn on its own, from a stream of its column. Measures of
 * all shapes, categories of few and many levels, ids and codes, text, values missing at random.
 */
export function nullColumns(seed: string): ColumnSource[] {
  const stream = (name: string): Draws => draws(seed, `column ${name}`);
  return [...identifiers(stream), ...labels(stream), ...measures(stream), remark(stream)];
}

type Stream = (name: string) => Draws;

function identifiers(stream: Stream): ColumnSource[] {
  const offset = stream('reference_code').integer(1_000_000);
  return [
    { columns: [identifier('record_id', 'integer')], cells: ({ ordinal }) => [String(100_000 + ordinal)] },
    {
      columns: [identifier('reference_code', 'text')],
      // 7919 shares no factor with a power of ten, so no two of a billion rows share a code
      cells: ({ ordinal }) => [`RX-${String((ordinal * 7919 + offset) % 1_000_000_000).padStart(9, '0')}`],
    },
    one(stream, identifier('account_no', 'integer'), (random) => String(410_200 + 37 * random.integer(30))),
  ];
}

function labels(stream: Stream): ColumnSource[] {
  return [
    one(stream, category('segment'), weightedPick(['North', 'South', 'East', 'West'], [4, 3, 2, 1])),
    one(stream, category('product'), weightedPick(names('P', 12), zipfWeights(12))),
    one(stream, category('branch'), weightedPick(names('Branch ', 40), zipfWeights(40, 0.7))),
    one(stream, category('grade'), weightedPick(['standard', 'premium'], [9, 1])),
    one(stream, { name: 'rush', type: { kind: 'boolean' }, role: 'boolean' }, (random) =>
      random.chance(0.1) ? 'true' : 'false',
    ),
  ];
}

function measures(stream: Stream): ColumnSource[] {
  return [
    one(stream, decimal('net_weight', 3), (random) => fixed(50 + 8 * random.normal(), 3)),
    one(stream, decimal('amount', 2), (random) => fixed(random.lognormal(500, 1.5), 2)),
    one(stream, decimal('handling_minutes', 2), (random) => fixed(random.pareto(2, 1.5), 2)),
    one(stream, integer('defects'), (random) => String(random.poisson(1.2))),
    one(stream, integer('score'), (random) => String(random.between(1, 5))),
    one(stream, { name: 'share', type: { kind: 'double' }, role: 'measure' }, (random) =>
      random.chance(0.1) ? null : String(random.uniform()),
    ),
    one(stream, decimal('balance', 2), (random) =>
      random.chance(0.05) ? null : fixed(1000 * random.student3(), 2),
    ),
  ];
}

const WORDS = 'pallet moved late gate dock checked twice driver asked papers signed box open seal fine'.split(
  ' ',
);

function remark(stream: Stream): ColumnSource {
  const sentence = (random: Draws): string =>
    Array.from({ length: random.between(3, 9) }, () => random.pick(WORDS)).join(' ');
  return one(stream, text('remark'), (random) => (random.chance(0.6) ? null : sentence(random)));
}

function one(stream: Stream, column: SyntheticColumn, draw: (random: Draws) => SyntheticCell): ColumnSource {
  const random = stream(column.name);
  return { columns: [column], cells: () => [draw(random)] };
}

/** `P01`, `P02` … */
function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${String(i + 1).padStart(2, '0')}`);
}
