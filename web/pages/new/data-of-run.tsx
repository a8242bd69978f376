import type { PlanSummary } from '../../api/types.ts';
import { typeText } from '../../components/column-words.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Facts } from '../../components/facts.tsx';
import { Hash } from '../../components/hash.tsx';
import { Notes } from '../../components/notes.tsx';
import { CoverageBadge, countText } from '../../components/shown.tsx';
import { SomeColumns } from '../../components/some-columns.tsx';

/** The rows that the run looks at, and what its columns are taken for. */
export function DataOfRun({ plan }: { readonly plan: PlanSummary }) {
  const { erp, notes, roles } = plan;
  return (
    <div class="stack">
      <Facts
        facts={[
          { term: 'Dataset', value: plan.dataset },
          { term: 'Rows', value: countText(plan.rows, 'row', 'rows') },
          { term: 'Coverage', value: <CoverageBadge coverage={plan.coverage} /> },
          {
            term: 'ERP',
            value:
              erp === null
                ? 'none'
                : `${erp.name}, ${countText(erp.known_issues, 'known issue', 'known issues')}`,
          },
          {
            term: 'Version',
            value: <Hash value={plan.dataset_version_id} what="the id of the dataset version" length={12} />,
          },
        ]}
      />
      <Notes notes={notes} />
      <details>
        <summary>{countText(roles.length, 'role', 'roles')}: what the columns mean</summary>
        <SomeColumns all={roles} nameOf={({ column }) => column}>
          {(shown) => (
            <DataTable
              caption="Roles"
              rows={shown}
              keyOf={({ role, column }) => `${role} ${column}`}
              columns={[
                { head: 'Role', cell: ({ role }) => role },
                { head: 'Column', cell: ({ column }) => <bdi>{column}</bdi> },
                { head: 'Type', cell: ({ type }) => typeText(type) },
                { head: 'Why', cell: ({ reasons }) => <span class="small any">{reasons.join('; ')}</span> },
              ]}
            />
          )}
        </SomeColumns>
      </details>
    </div>
  );
}
