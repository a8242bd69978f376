import { HarnessError } from '../base/index.ts';
import {
  type Cell,
  type Evidence,
  type Finding,
  Report,
  type RoleMap,
  type RunManifest,
} from '../contract/index.ts';
import { openReport } from '../report/index.ts';
import type { Run } from '../state/index.ts';
import type { App } from './app.ts';
import { type AskAgain, askingAgain, citedPlaces } from './cited-places.ts';
import { previewDataset } from './datasets.ts';
import { finishedRun, readManifest, readVerified } from './read-run.ts';

/** A row of a dataset version: the place of its part, from 1, and its number in that. */
export interface RowPlace {
  readonly part: number;
  readonly row: number;
}

/** A finding that has to do with a row. */
export interface RowFinding {
  readonly id: string;
  /** As the report numbers it; empty where it does not list it. */
  readonly number: string;
  readonly plugin_id: string;
  readonly title: string;
  readonly statement: string;
  /** `cites`: its evidence names the row; `about`: it is of what the row holds, such as its activity. */
  readonly how: 'cites' | 'about';
  /** Which value of the row it is about. */
  readonly because: string;
}

/** What one run says of a row. */
export interface RowInRun {
  readonly run_id: string;
  readonly created_at: string;
  readonly findings: readonly RowFinding[];
  /** Why the run, or queries that it cites, could not be looked through; empty where all were. */
  readonly failures: readonly string[];
}

/** From a row to what was found in it. */
export interface RowTrace {
  readonly dataset_version_id: string;
  readonly part: number;
  readonly row_number: number;
  readonly columns: readonly { readonly name: string; readonly cell: Cell }[];
  /** The newest run first. */
  readonly runs: readonly RowInRun[];
  /** How many finished runs of the version there are; the newest of them are looked at. */
  readonly runs_total: number;
}

const RUNS = 10;

/** Which findings of the newest runs cite a row, or are about what it holds. Throws SH_ROW_UNKNOWN, SH_DATASET_…. */
export async function traceRow(app: App, id: string, { part, row }: RowPlace): Promise<RowTrace> {
  const shown = await previewDataset(app, id, 1, { part, row });
  const [found] = shown.rows;
  if (found === undefined || found.part !== part || found.row_number !== row)
    throw new HarnessError('SH_ROW_UNKNOWN', { row, part, dataset: id });
  const cells = new Map(shown.columns.map(({ sql_name }, i) => [sql_name, found.cells[i] ?? null]));
  const all = runsOf(app, shown.dataset_version_id);
  const runs = await askingAgain(app, async (ask) => {
    const looked: RowInRun[] = [];
    for (const run of all.slice(0, RUNS))
      looked.push(await inRun({ app, ask, place: { part, row }, cells }, run));
    return looked;
  });
  return {
    dataset_version_id: shown.dataset_version_id,
    ...{ part, row_number: row },
    columns: shown.columns.map(({ name }, i) => ({ name, cell: found.cells[i] ?? null })),
    runs,
    runs_total: all.length,
  };
}

/** The finished runs of a version, the newest first. */
function runsOf(app: App, versionId: string): readonly Run[] {
  const datasets = new Set(app.state.versions.findEntries(versionId).map(({ dataset }) => dataset));
  return [...datasets]
    .flatMap((dataset) => app.state.runs.list({ dataset }))
    .filter((run) => run.dataset_version_id === versionId && run.manifest_sha256 !== null)
    .sort((a, b) => b.ordinal - a.ordinal);
}

/** The row that is looked for in runs. */
interface Sought {
  readonly app: App;
  readonly ask: AskAgain;
  readonly place: RowPlace;
  readonly cells: ReadonlyMap<string, Cell>;
}

/** What is looked through in a run. */
interface Search extends Sought {
  /** Why something could not be. */
  readonly failures: Set<string>;
}

async function inRun(sought: Sought, { run_id, created_at }: Run): Promise<RowInRun> {
  const search = { ...sought, failures: new Set<string>() };
  const findings = await orFailure(search, () => findingsIn(search, run_id));
  return { run_id, created_at, findings: findings ?? [], failures: [...search.failures] };
}

/** Undefined where it can't be told; why is one of the failures then. */
async function orFailure<T>({ failures }: Search, look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    failures.add(error.message);
    return undefined;
  }
}

async function findingsIn(search: Search, run_id: string): Promise<readonly RowFinding[]> {
  const { app, cells } = search;
  const manifest = await readManifest(app, finishedRun(app, run_id));
  const report = await readVerified(app, manifest, 'report.json', Report);
  const listed = openReport(report).shown.findings.flatMap((one) => [one, ...one.also]);
  const numbers = new Map(listed.map(({ id, number }) => [id, number]));
  const findings: RowFinding[] = [];
  for (const finding of report.findings) {
    const found = await concerning(finding, cells, report.roles, (evidence) =>
      cites(search, manifest, evidence),
    );
    if (found !== undefined) findings.push({ ...found, number: numbers.get(finding.id) ?? '' });
  }
  return findings;
}

async function concerning(
  finding: Finding,
  cells: ReadonlyMap<string, Cell>,
  roles: RoleMap,
  citesIt: (evidence: Evidence) => Promise<boolean>,
): Promise<Omit<RowFinding, 'number'> | undefined> {
  const { id, plugin_id, title, statement } = finding;
  const told = { id, plugin_id, title, statement };
  const evidence = [finding, ...finding.items].flatMap((claim) => claim.evidence);
  for (const one of evidence) if (await citesIt(one)) return { ...told, how: 'cites', because: '' };
  const because = valueItIsAbout(finding, cells, roles);
  return because === undefined ? undefined : { ...told, how: 'about', because };
}

async function cites(search: Search, manifest: RunManifest, evidence: Evidence): Promise<boolean> {
  if (evidence.kind === 'derivation') {
    for (const input of evidence.inputs) if (await cites(search, manifest, input)) return true;
    return false;
  }
  const { app, ask, place } = search;
  const isIt = (one: { readonly part: number; readonly row_number: number }): boolean =>
    one.part === place.part && one.row_number === place.row;
  if (evidence.rows?.some(isIt)) return true;
  const most = Number.POSITIVE_INFINITY;
  const places = await orFailure(search, () => citedPlaces(app, ask, { manifest, evidence, most }));
  return places?.some(isIt) ?? false;
}

/** Where all that the finding is about by role, such as one activity, is what the row holds. */
function valueItIsAbout(
  { target }: Finding,
  cells: ReadonlyMap<string, Cell>,
  { bindings }: RoleMap,
): string | undefined {
  const named = Object.entries(target).flatMap(([role, value]) =>
    bindings
      .filter((binding) => binding.role === role)
      .map(({ sql_name }) => ({ sql_name, value: [value].flat() })),
  );
  const holds = named.every(({ sql_name, value }) => value.includes(cells.get(sql_name) ?? ''));
  if (named.length === 0 || !holds) return undefined;
  return named.map(({ sql_name }) => `${sql_name} = ${cells.get(sql_name) ?? ''}`).join(', ');
}
