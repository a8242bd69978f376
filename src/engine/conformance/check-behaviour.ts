import type { Capability, ValidationCheck } from '../../contract/index.ts';
import { recheckQueries, type ThrowAwayTable } from '../../pipeline/index.ts';
import { ceilingsFor } from '../../plugin-host/index.ts';
import { type Trial, type Tried, tryPlugin } from './try-plugin.ts';
import { verdict, verdictOf } from './verdicts.ts';

/** A table with how a plugin ended on it. */
export interface TriedTable {
  readonly name: string;
  readonly what: string;
  readonly table: ThrowAwayTable;
  readonly mostSeconds: number;
  readonly tried: Tried;
}

type Executed = Extract<Tried, { applies: true }>;
type ExecutedTable = TriedTable & { readonly tried: Executed };

/** Rows per chunk that cut the small tables in two, and into many. */
const CHUNK_ROWS = [64, 16];
/** Above this share of a limit it is said. */
const HIGH_SHARE = 0.8;
const MEBIBYTE = 2 ** 20;

/** How it ended on each table. */
export function checkTables(tables: readonly TriedTable[]): ValidationCheck[] {
  return tables.map(({ name, what, tried }) => {
    if (!tried.applies) return verdict('table', 'not_applicable', `${what}: ${tried.reason}`, name);
    const { status, reason, ok } = tried.outcome;
    const findings = ok?.result.findings.length ?? 0;
    return status === 'ok'
      ? verdict('table', 'pass', `${what}: ok, ${counted(findings, 'finding')}`, name)
      : verdict('table', 'fail', `${what}: ${status}: ${reason}`, name);
  });
}

/** What has to hold over all tables on which it ended ok. */
export async function checkBehaviour(
  trial: Trial,
  tables: readonly TriedTable[],
  streams: boolean,
): Promise<ValidationCheck[]> {
  const executed = tables.filter((one): one is ExecutedTable => one.tried.applies);
  const [telling] = executed
    .filter(({ tried }) => tried.outcome.status === 'ok')
    .toSorted((a, b) => findingsOf(b).length - findingsOf(a).length);
  if (executed.length === 0) {
    const reason = 'no built-in table fits what it needs; try it on one of yours with --data FILE';
    return [verdict('same_bytes', 'warning', reason)];
  }
  return [
    ...(telling === undefined ? [] : await checkAgain(trial, telling, streams)),
    checkCapabilities(trial, executed),
    checkKinds(trial, executed),
    ...(telling === undefined ? [] : [await checkEvidence(telling)]),
    checkNotes(executed),
    checkLimits(trial, executed),
  ];
}

/** Executed again, and cut otherwise, on the table where it has most to say. */
async function checkAgain(
  trial: Trial,
  { name, table, tried, mostSeconds }: ExecutedTable,
  streams: boolean,
): Promise<ValidationCheck[]> {
  const bytesOf = async (how: Parameters<typeof tryPlugin>[2]) => {
    const again = await tryPlugin(trial, table, { ...how, mostSeconds });
    return again.applies ? again.bytes : undefined;
  };
  const differs = (await bytesOf({})) !== tried.bytes;
  const same = verdictOf('same_bytes', differs ? `two results on ${name} differ` : undefined, `on ${name}`);
  if (!streams) {
    const reason = 'it has no partial and merge';
    return [same, verdict('chunks', 'not_applicable', reason), verdict('merge', 'not_applicable', reason)];
  }
  const cut: number[] = [];
  for (const chunkRows of CHUNK_ROWS) if ((await bytesOf({ chunkRows })) !== tried.bytes) cut.push(chunkRows);
  const [chunkRows] = CHUNK_ROWS.slice(-1);
  const fromRight = await bytesOf({ mergeFrom: 'right', ...(chunkRows !== undefined && { chunkRows }) });
  const fromLeft =
    cut.length === 0 ? tried.bytes : await bytesOf({ ...(chunkRows !== undefined && { chunkRows }) });
  return [
    same,
    verdictOf(
      'chunks',
      cut.length === 0
        ? undefined
        : `cut into chunks of ${cut.join(' or ')} rows, ${name} gives another result`,
      `whole, and cut into chunks of ${CHUNK_ROWS.join(' and ')} rows`,
    ),
    verdictOf(
      'merge',
      fromRight === fromLeft ? undefined : `merged from the right, ${name} gives another result`,
      `chunks of ${chunkRows} rows, from the left and from the right`,
    ),
  ];
}

function checkCapabilities({ plugin }: Trial, executed: readonly ExecutedTable[]): ValidationCheck {
  const declared = plugin.manifest.capabilities_required;
  const undeclared = new Set(executed.flatMap(({ tried }) => tried.outcome.undeclaredCapabilities));
  if (undeclared.size > 0) {
    const first = [...undeclared].join(', ');
    return verdict('capabilities', 'fail', `it tried to use ${first}, which its manifest does not declare`);
  }
  const used = new Set(executed.flatMap(({ tried }) => tried.outcome.usedCapabilities ?? []));
  const observed: readonly Capability[] = ['dataset.read', 'artifacts.write'];
  const withheld = declared.filter((capability) => !observed.includes(capability));
  const unused = declared.filter((capability) => observed.includes(capability) && !used.has(capability));
  const warnings = [
    ...(withheld.length === 0 ? [] : [`it declares ${withheld.join(', ')}, which nothing is given here`]),
    ...(unused.length === 0 ? [] : [`it declares ${unused.join(', ')}, and did not use it on these tables`]),
  ];
  return warnings.length === 0
    ? verdict('capabilities', 'pass', [...used].join(', ') || 'it needs none')
    : verdict('capabilities', 'warning', warnings.join('; '));
}

function checkKinds({ plugin }: Trial, executed: readonly ExecutedTable[]): ValidationCheck {
  const { finding_kinds: announced } = plugin.manifest;
  const seen = new Set(executed.flatMap((one) => findingsOf(one).map(({ kind }) => kind)));
  const unknown = executed.find(({ tried }) => /does not announce findings/.test(tried.outcome.reason));
  if (unknown !== undefined) return verdict('finding_kinds', 'fail', unknown.tried.outcome.reason);
  const unseen = announced.filter((kind) => !seen.has(kind));
  const rest = unseen.length === 0 ? '' : `; not on these tables: ${unseen.join(', ')}`;
  return verdict('finding_kinds', 'pass', `seen: ${[...seen].join(', ') || 'none'}${rest}`);
}

/** By a database that has answered nothing yet. */
export async function checkEvidence({ name, table, tried }: ExecutedTable): Promise<ValidationCheck> {
  const result = tried.outcome.ok?.result;
  if (result === undefined) return verdict('evidence', 'not_applicable', 'there is no result');
  const dataset = await table.open();
  try {
    const { queries, problems } = await recheckQueries(result, dataset);
    return verdictOf(
      'evidence',
      problems[0],
      `${counted(queries.checked, 'cited query', 'cited queries')} on ${name}`,
    );
  } finally {
    await dataset.close();
  }
}

/** A finding, a note, or a test, which the report tells of whether it is a finding or not. */
function checkNotes(executed: readonly ExecutedTable[]): ValidationCheck {
  const silent = executed.filter(({ tried }) => {
    const result = tried.outcome.ok?.result;
    return result !== undefined && result.findings.length + result.notes.length + result.tests.length === 0;
  });
  const names = silent.map(({ name }) => name).join(', ');
  return verdictOf(
    'says_something',
    silent.length === 0 ? undefined : `on ${names} it has no finding, no note and no test`,
    'on every table it has a finding, a note or a test',
  );
}

function checkLimits({ plugin }: Trial, executed: readonly ExecutedTable[]): ValidationCheck {
  const { limits, type } = plugin.manifest;
  const { memory_mb, wall_s } = limits;
  const ceilings = ceilingsFor(type);
  const beyond = (['wall_s', 'cpu_s', 'memory_mb', 'output_mb'] as const)
    .filter((name) => limits[name] > ceilings[name])
    .map((name) => `${name} ${limits[name]}, where ${ceilings[name]} is what it gets`);
  const peak = Math.max(...executed.map(({ tried }) => tried.outcome.peakMemoryBytes ?? 0)) / MEBIBYTE;
  const longest = Math.max(...executed.map(({ tried }) => tried.outcome.durationMs ?? 0)) / 1000;
  const high = [
    ...(peak > HIGH_SHARE * memory_mb ? [`${Math.round(peak)} MB of memory_mb ${memory_mb}`] : []),
    ...(longest > HIGH_SHARE * wall_s ? [`${longest.toFixed(1)} s of wall_s ${wall_s}`] : []),
  ].map((use) => `on small tables already ${use}`);
  const used = `at most ${Math.round(peak)} MB of ${memory_mb}, ${longest.toFixed(1)} s of ${wall_s}`;
  return beyond.length + high.length === 0
    ? verdict('limits', 'pass', used)
    : verdict('limits', 'warning', [...beyond, ...high].join('; '));
}

function findingsOf({ tried }: ExecutedTable) {
  return tried.outcome.ok?.result.findings ?? [];
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
