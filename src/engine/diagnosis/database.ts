import { type ChangedRow, repairOf } from '../../state/index.ts';
import type { Appdata } from '../app.ts';
import { type Damage, shownValue } from '../damage.ts';
import { type Findings, findings } from './findings.ts';
import type { Usage } from './usage.ts';

/** The database itself: pages, indexes, references, schema, and each row against its checksums. */
export function examineDatabase({ state, paths }: Appdata, usage: Usage): Findings {
  const repair = repairOf(paths);
  const broken = state.check('structure').map(
    (line): Damage => ({
      kind: 'file',
      what: 'The state database',
      path: paths.state,
      expected: 'a whole database',
      found: line,
      touches: [],
      repair,
    }),
  );
  const rows = damagesOfRows(state.changedRows(), usage, repair);
  return findings({ damages: [...broken, ...rows], files: 1 });
}

/** Rows that are not as this program wrote them, a damage for each value. */
export function damagesOfRows(rows: readonly ChangedRow[], usage: Usage, repair: string): Damage[] {
  return rows.flatMap((row) => rowDamages(row, usage, repair));
}

function rowDamages(changed: ChangedRow, usage: Usage, repair: string): Damage[] {
  const { table, change, row } = changed;
  const name = nameOf(changed);
  const touches = touchesOf(changed, usage);
  const damage = (path: string, expected: string | null, found: string | null): Damage => ({
    kind: 'record',
    what: 'The record',
    path,
    expected,
    found,
    touches,
    repair,
  });
  if (change === 'gone') return [damage(`${table} of ${name}`, 'a row', null)];
  if (change === 'foreign') return [damage(`${table} of ${name}`, null, shownValue(row))];
  return changed.columns.map((column) =>
    damage(`${table}.${column} of ${name}`, 'what was written', shownValue(row?.[column] ?? 'nothing')),
  );
}

/** What a row is about, as the rest of the program names it. */
function nameOf({ table, key, row }: ChangedRow): string {
  const [first = ''] = key.split('\u001f');
  const value = (column: string): string => String(row?.[column] ?? first);
  switch (table) {
    case 'runs':
    case 'manifest_chain':
    case 'erp_history':
      return value('run_id');
    case 'events':
      return row === null ? key : `${key} (${value('kind')} of ${value('correlation_id')})`;
    case 'executions':
      return row === null ? key : `${value('plugin_id')} in ${value('run_id')}`;
    case 'uploads':
      return row === null ? key : `${value('sha256')} (reception ${key})`;
    case 'datasets':
      return value('name');
    default:
      return key.replaceAll('\u001f', ', ');
  }
}

/** The runs and datasets that rest on a row. */
function touchesOf({ table, key, row }: ChangedRow, usage: Usage): readonly string[] {
  const [first = ''] = key.split('\u001f');
  switch (table) {
    case 'runs':
    case 'manifest_chain':
    case 'erp_history':
    case 'executions':
      return usage.ofRun(String(row?.['run_id'] ?? ''));
    case 'events':
      return usage.ofRun(String(row?.['correlation_id'] ?? ''));
    case 'artifacts':
      return usage.ofRun(first);
    case 'blobs':
      return usage.ofUpload(first);
    case 'uploads':
      return usage.ofUpload(String(row?.['sha256'] ?? ''));
    case 'parts':
      return usage.ofPart(first);
    case 'dataset_versions':
    case 'dataset_version_parts':
      return usage.ofVersion(first);
    case 'dataset_entries':
      return usage.ofVersion(String(row?.['dataset_version_id'] ?? ''));
    case 'datasets':
      return [`dataset ${String(row?.['name'] ?? key)}`];
    case 'erps':
      return [`ERP ${first}`];
    case 'erp_datasets':
      return [`dataset ${first}`];
    default:
      return [];
  }
}
