import { isRecord } from './check-spec.ts';

type Row = Readonly<Record<string, unknown>>;

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?(?:Z|[+]00(?::?00)?)?$/;

/**
 * The spec with every time read, scaled and written in UTC. Vega-Lite takes local time otherwise, so that the machine's
 * time zone would show in the picture.
 */
export function inUtc(spec: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const converted = convert(spec);
  return isRecord(converted) ? converted : {};
}

/** Fields that an encoding of the spec takes as times, and those it takes as numbers. */
export interface FieldUses {
  readonly temporal: ReadonlySet<string>;
  readonly quantitative: ReadonlySet<string>;
}

/** How the encodings of a spec use its fields. */
export function fieldUses(spec: unknown): FieldUses {
  const temporal = new Set<string>();
  const quantitative = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isRecord(value)) return;
    const { field, type, timeUnit } = value;
    if (typeof field === 'string' && (type === 'temporal' || timeUnit !== undefined)) temporal.add(field);
    else if (typeof field === 'string' && (type === 'quantitative' || value['aggregate'] !== undefined))
      quantitative.add(field);
    Object.values(value).forEach(visit);
  };
  visit(spec);
  return { temporal, quantitative };
}

/** Rows with times as milliseconds since 1970 (UTC) and the text of numbers as numbers. */
export function withTypedCells(rows: readonly Row[], uses: FieldUses): Row[] {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([field, cell]) => {
        if (uses.temporal.has(field)) return [field, toInstant(cell)];
        return [field, uses.quantitative.has(field) ? toNumber(cell) : cell];
      }),
    ),
  );
}

function toNumber(cell: unknown): unknown {
  if (typeof cell !== 'string' || cell.trim() === '') return cell;
  const value = Number(cell);
  return Number.isNaN(value) ? cell : value;
}

function toInstant(value: unknown): unknown {
  const match = typeof value === 'string' ? ISO.exec(value) : null;
  if (match === null) return typeof value === 'number' ? value : null;
  return Date.parse(`${match[1]}T${match[2] ?? '00:00'}Z`);
}

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  if (!isRecord(value)) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, convert(member)]));
  if (typeof copy['timeUnit'] === 'string') copy['timeUnit'] = utcUnit(copy['timeUnit']);
  if (isRecord(copy['timeUnit'])) copy['timeUnit'] = { ...copy['timeUnit'], utc: true };
  if (copy['type'] === 'temporal' && copy['scale'] !== null) {
    copy['scale'] = { ...(isRecord(copy['scale']) ? copy['scale'] : {}), type: 'utc' };
  }
  return copy;
}

function utcUnit(unit: string): string {
  return unit.startsWith('utc') ? unit : `utc${unit}`;
}
