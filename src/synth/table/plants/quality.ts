import { CrossTally, RowTally } from '../../tallies.ts';
import { category, decimal, fixed, identifier, type SyntheticColumn, text } from '../columns.ts';
import type { TablePlant } from '../plant.ts';

export const missingNotAtRandom: TablePlant = {
  name: 'missing_not_at_random',
  meaning: 'values are missing more often in one level of a category: satisfaction where contact is phone',
  size: { default: 0.25, min: 0.01, max: 0.95, unit: 'share missing there beyond the 5 % elsewhere' },
  plant(size, stream) {
    const random = stream('both');
    const missing = { phone: [0, 0], other: [0, 0] } satisfies Record<string, [number, number]>;
    return {
      columns: [category('contact'), decimal('satisfaction', 1)],
      cells() {
        const contact = random.pick(['phone', 'letter', 'visit']);
        const value = fixed(Math.min(10, Math.max(0, 6.5 + 1.5 * random.normal())), 1);
        const absent = random.chance(contact === 'phone' ? 0.05 + size : 0.05);
        const counts = contact === 'phone' ? missing.phone : missing.other;
        counts[0] = (counts[0] ?? 0) + 1;
        if (absent) counts[1] = (counts[1] ?? 0) + 1;
        return [contact, absent ? null : value];
      },
      facts: () => ({
        kind: 'missing_not_at_random',
        statement: 'satisfaction is missing more often where contact is phone.',
        target: { columns: ['contact', 'satisfaction'], level: 'phone' },
        measured: {
          share_missing_phone: (missing.phone[1] ?? 0) / (missing.phone[0] ?? 1),
          share_missing_elsewhere: (missing.other[1] ?? 0) / (missing.other[0] ?? 1),
        },
      }),
    };
  },
};

export const duplicates: TablePlant = {
  name: 'duplicates',
  meaning: 'whole rows are written twice, ids and all',
  size: { default: 0.01, min: 0.0001, max: 0.5, unit: 'share of the rows that repeat an earlier one' },
  plant(size, stream) {
    const random = stream('rows');
    const rows = new RowTally();
    return {
      // the rows that repeat are on top of those that are drawn, so the chance after a row is a little higher
      repeats: ({ row }) => random.chance(size / (1 - size)) || row === 5,
      repeated: (row) => rows.add(row),
      facts: () => ({
        kind: 'duplicate_rows',
        statement: 'Some rows repeat an earlier row in every column.',
        target: { columns: [] },
        rows: rows.facts,
        measured: { rows: rows.count },
      }),
    };
  },
};

const WAREHOUSES = Array.from({ length: 12 }, (_, i) => `W-${String(11 + 7 * i)}`);
const ZONES = ['amber', 'blue', 'coral', 'dune', 'ebony'];

export const functionalDependency: TablePlant = {
  name: 'functional_dependency',
  meaning: 'one column decides another, but for a few rows: warehouse and warehouse_zone',
  size: { default: 0.002, min: 0, max: 0.2, unit: 'share of the rows that break the rule' },
  plant(size, stream) {
    const random = stream('both');
    const [rows, cross] = [new RowTally(), new CrossTally()];
    return {
      columns: [category('warehouse'), category('warehouse_zone')],
      cells({ row }) {
        const at = random.integer(WAREHOUSES.length);
        const breaks = random.chance(size);
        if (breaks) rows.add(row);
        const zone = ZONES[(at + (breaks ? 1 : 0)) % ZONES.length] ?? '';
        cross.add(WAREHOUSES[at] ?? '', zone);
        return [WAREHOUSES[at] ?? '', zone];
      },
      facts: () => ({
        kind: 'functional_dependency',
        statement: 'warehouse decides warehouse_zone, but for the rows that are named.',
        target: { columns: ['warehouse', 'warehouse_zone'], from: 'warehouse', to: 'warehouse_zone' },
        rows: rows.facts,
        measured: { rows_that_break_it: rows.count, cramers_v: cross.cramersV },
      }),
    };
  },
};

export const sequenceGap: TablePlant = {
  name: 'sequence_gap',
  meaning: 'numbers are left out of a running number: ticket_no',
  size: { default: 25, min: 1, max: 100_000, unit: 'numbers left out, in one gap' },
  plant(size) {
    const gap = { before: '', after: '' };
    return {
      columns: [identifier('ticket_no', 'integer')],
      cells({ ordinal, position }) {
        const number = String(50_000 + ordinal + (position < 0.4 ? 0 : size));
        if (position < 0.4) gap.before = number;
        else if (gap.after === '') gap.after = number;
        return [number];
      },
      facts: () => ({
        kind: 'sequence_gap',
        statement: 'ticket_no runs from row to row, but for one gap.',
        target: { columns: ['ticket_no'] },
        measured: { last_before: gap.before, first_after: gap.after, numbers_left_out: size },
      }),
    };
  },
};

const NAMES = [
  'Müller',
  'Söderström',
  'Núñez',
  'Lefèvre',
  'Groß',
  'Åkesson',
  'Weber',
  'Rossi',
  'Dubois',
  'Klein',
];

export const mojibake: TablePlant = {
  name: 'mojibake',
  meaning: 'UTF-8 was read as Windows-1252 on its way: customer_name',
  size: { default: 0.02, min: 0.001, max: 1, unit: 'share of the rows whose name has such a letter' },
  plant(size, stream) {
    const random = stream('customer_name');
    const rows = new RowTally();
    return {
      columns: [text('customer_name')],
      cells({ row }) {
        const [first, name] = [random.pick(['A.', 'B.', 'C.', 'D.', 'E.', 'F.']), random.pick(NAMES)];
        const broken = misread(name);
        const planted = broken !== name && (random.chance(size) || rows.count === 0);
        if (planted) rows.add(row);
        return [`${first} ${planted ? broken : name} ${String(random.integer(10_000))}`];
      },
      facts: () => ({
        kind: 'mojibake',
        statement: 'Some names in customer_name hold letters like Ã¼ instead of ü.',
        target: { columns: ['customer_name'] },
        rows: rows.facts,
        measured: { rows: rows.count },
      }),
    };
  },
};

/** The bytes of UTF-8, each taken for a letter of Windows-1252 (of its upper half only what occurs in NAMES). */
function misread(name: string): string {
  const special: Readonly<Record<number, string>> = { 133: '…', 159: 'Ÿ' };
  return Array.from(
    new TextEncoder().encode(name),
    (byte) => special[byte] ?? String.fromCharCode(byte),
  ).join('');
}

export const constant: TablePlant = single(
  'constant',
  category('tenant'),
  'a column holds one value: tenant',
  { default: 1, min: 1, max: 1, unit: 'share of the rows with that value' },
  ['ACME', 'OTHER'],
);

export const nearConstant: TablePlant = single(
  'near_constant',
  category('release_channel'),
  'a column holds one value but for a few rows: release_channel',
  { default: 0.999, min: 0.9, max: 0.99999, unit: 'share of the rows with that value' },
  ['stable', 'beta'],
);

export const mixedTypes: TablePlant = single(
  'mixed_types',
  text('meter_reading'),
  'words stand among numbers: meter_reading',
  { default: 0.99, min: 0.5, max: 0.9999, unit: 'share of the rows that are numbers' },
  ['', 'see photo'],
);

/** A column of a usual value (a number, where it is empty) with another one in a few rows. */
function single(
  name: string,
  column: SyntheticColumn,
  meaning: string,
  size: TablePlant['size'],
  [usual, other]: readonly [string, string],
): TablePlant {
  return {
    name,
    meaning,
    size,
    plant(share, stream) {
      const random = stream(column.name);
      const rows = new RowTally();
      return {
        columns: [column],
        cells({ row }) {
          const number = random.integer(100_000);
          const rare = share < 1 && (!random.chance(share) || row === 7);
          if (rare) rows.add(row);
          return [rare ? other : usual === '' ? String(number) : usual];
        },
        facts: () => ({
          kind: name,
          statement: `Of ${column.name}, ${meaning.split(':')[0]}.`,
          target: { columns: [column.name] },
          rows: rows.facts,
          measured: { rows_with_another_value: rows.count },
        }),
      };
    },
  };
}
