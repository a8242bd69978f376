import type { ExpectedValue, Finding, ValueCheck } from '../../contract/index.ts';
import type { Named, Way } from './expectation.ts';

type Value = ValueCheck['found'];

/** A finding, or one of its items with what the finding says of all of them. */
interface Claim {
  readonly finding: Finding;
  readonly estimate: Value | undefined;
  readonly effect_size: Value | undefined;
  readonly fields: Finding['fields'];
  readonly items: Finding['items'];
}

/** How near a finding comes to what is expected. */
export interface Nearness {
  readonly finding: Finding;
  readonly checks: readonly ValueCheck[];
}

/** The claim that names what is expected and holds most of its values; undefined where none names it. */
export function nearestClaim(findings: readonly Finding[], way: Way): Nearness | undefined {
  let best: (Nearness & { readonly wrong: number }) | undefined;
  for (const claim of namingClaims(findings, way)) {
    const checks = checksOf(claim, way);
    const wrong = checks.filter(({ holds }) => !holds).length;
    if (best === undefined || wrong < best.wrong) best = { finding: claim.finding, checks, wrong };
  }
  return best;
}

/** Findings of the plugin and kinds in which what is expected is named. */
export function namingFindings(findings: readonly Finding[], way: Way): Finding[] {
  return [...new Set(namingClaims(findings, way).map(({ finding }) => finding))];
}

function namingClaims(findings: readonly Finding[], way: Way): Claim[] {
  return findings
    .filter(({ plugin_id, kind }) => plugin_id === way.plugin && way.kinds.includes(kind))
    .flatMap(claimsOf)
    .filter((claim) => way.named.every((named) => isNamed(claim, named)));
}

function claimsOf(finding: Finding): Claim[] {
  const { fields, items } = finding;
  const whole = { finding, ...numbersOf(finding), fields, items };
  const single = items.map((item) => ({
    finding,
    ...numbersOf(item),
    fields: { ...fields, ...item.fields },
    items: [item],
  }));
  return [whole, ...single];
}

function numbersOf({ estimate, effect_size }: Pick<Finding, 'estimate' | 'effect_size'>) {
  return { estimate: estimate?.value, effect_size: effect_size?.value };
}

function isNamed({ finding, fields }: Claim, { keys, value, isColumn }: Named): boolean {
  const { about, target, scope } = finding;
  if (isColumn && [about, ...Object.values(target)].flat().includes(value)) return true;
  return keys.some(
    (key) =>
      [target[key] ?? [], scope[key] ?? []].flat().includes(value) ||
      (Object.hasOwn(fields, key) && String(fields[key]?.value) === value),
  );
}

function checksOf(claim: Claim, { values, begins, rows }: Way): ValueCheck[] {
  return [
    ...values.map((value) => checkValue(value.what, value, valueIn(claim, value.what))),
    ...(begins === undefined ? [] : [checkBegin(claim, begins)]),
    ...(rows === undefined ? [] : [checkRows(claim, rows)]),
  ];
}

function valueIn(claim: Claim, what: string): Value | undefined {
  if (what === 'estimate' || what === 'effect_size') return claim[what];
  return Object.hasOwn(claim.fields, what) ? claim.fields[what]?.value : undefined;
}

/** Holds a value against the expected one; what a claim does not have is not even null. */
export function checkValue(what: string, wanted: ExpectedValue, found: Value | undefined): ValueCheck {
  const { value: expected, absolute_tolerance, relative_tolerance } = wanted;
  const tolerance = [
    ...(absolute_tolerance === undefined ? [] : [`± ${absolute_tolerance}`]),
    ...(relative_tolerance === undefined ? [] : [`± ${100 * relative_tolerance} %`]),
  ].join(' or ');
  const isNear =
    typeof expected === 'number' &&
    typeof found === 'number' &&
    Math.abs(found - expected) <=
      Math.max(absolute_tolerance ?? 0, (relative_tolerance ?? 0) * Math.abs(expected));
  return { what, expected, tolerance, found: found ?? null, holds: isNear || Object.is(found, expected) };
}

const DAY = 86_400_000;

/** By days where it is a time, by rows where it is a number. */
function checkBegin({ fields }: Claim, { field, at, tolerance }: NonNullable<Way['begins']>): ValueCheck {
  const found = Object.hasOwn(fields, field) ? (fields[field]?.value ?? null) : null;
  const off =
    typeof at === 'number' ? Number(found ?? Number.NaN) - at : (instantOf(found) - instantOf(at)) / DAY;
  return {
    what: field,
    expected: at,
    tolerance: `± ${tolerance} ${typeof at === 'number' ? 'rows' : 'days'}`,
    found,
    holds: Math.abs(off) <= tolerance,
  };
}

/** Times without a zone are compared as they stand. */
function instantOf(value: Value): number {
  const [, date, time] =
    /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?/.exec(String(value)) ?? [];
  return date === undefined ? Number.NaN : Date.parse(`${date}T${time ?? '00:00'}Z`);
}

function checkRows(claim: Claim, { numbers, leastShare }: NonNullable<Way['rows']>): ValueCheck {
  const cited = citedRows(claim);
  const found = numbers.filter((row) => cited.has(row)).length;
  const least = Math.ceil(leastShare * numbers.length);
  return {
    what: 'rows',
    expected: numbers.length,
    tolerance: least < numbers.length ? `at least ${least}` : '',
    found,
    holds: found >= least,
  };
}

/** Rows of the first part that its evidence or its items cite. */
function citedRows({ finding, items }: Claim): ReadonlySet<number> {
  const evidence = [finding, ...items].flatMap((one) => one.evidence);
  const rows = evidence.flatMap((one) => (one.kind === 'query' ? (one.rows ?? []) : []));
  const named = items.flatMap(({ fields }) => fields['row_number']?.value ?? []);
  return new Set([
    ...rows.filter(({ part }) => part === 1).map(({ row_number }) => row_number),
    ...named.map(Number),
  ]);
}
