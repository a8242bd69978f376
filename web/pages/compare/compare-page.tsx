import type { ComponentChildren } from 'preact';
import { useRoute } from 'preact-iso';
import { formatFieldValue } from '../../../src/report/format-value.ts';
import type { RunComparison } from '../../api/types.ts';
import { useResource } from '../../api/use-resource.ts';
import { DataTable } from '../../components/data-table.tsx';
import { Page } from '../../components/page.tsx';
import { CoverageBadge, countText, Time } from '../../components/shown.tsx';
import { Notice, Shown } from '../../components/states.tsx';
import { StatusBadge } from '../../components/status.tsx';
import { ChangedFindings } from './changed-findings.tsx';

/** Two runs: which findings are new, gone and changed, and what differed in what they were made of. */
export function ComparePage() {
  const { params } = useRoute();
  const { a = '', b = '' } = params;
  const comparison = useResource<RunComparison>(`/runs/${a}/compare/${b}`);
  return (
    <Page title={`Compare ${a.slice(0, 8)} with ${b.slice(0, 8)}`}>
      <Shown of={comparison} what="the comparison" lines={8}>
        {(shown) => <Compared comparison={shown} />}
      </Shown>
    </Page>
  );
}

function Compared({ comparison }: { readonly comparison: RunComparison }) {
  const { a, b, same_report, data, findings, metrics } = comparison;
  return (
    <div class="sections">
      <DataTable
        caption="The two runs"
        rows={[
          { name: 'A', run: a },
          { name: 'B', run: b },
        ]}
        keyOf={({ name }) => name}
        columns={[
          {
            head: 'Run',
            cell: ({ name, run }) => (
              <a href={`/runs/${run.run_id}`}>{`${name}: ${run.run_id.slice(0, 8)}`}</a>
            ),
          },
          { head: 'Dataset', cell: ({ run }) => <bdi>{run.dataset}</bdi> },
          { head: 'Asked for', cell: ({ run }) => <Time at={run.created_at} /> },
          { head: 'Status', cell: ({ run }) => <StatusBadge status={run.status} /> },
          { head: 'Coverage', cell: ({ run }) => <CoverageBadge coverage={run.coverage} /> },
          { head: 'Rows', num: true, cell: ({ run }) => run.rows },
          { head: 'Findings', num: true, cell: ({ run }) => run.findings },
        ]}
      />
      {same_report && <Notice>Both runs gave the same report, to the byte.</Notice>}
      {data.relation === 'two_datasets' && (
        <Notice tone="warn">
          These are two datasets: what is new or gone tells two tables apart, and no change of one of them.
        </Notice>
      )}
      <FindingsOf title="New in B" run={b.run_id} findings={findings.new} />
      <FindingsOf title="Gone since A" run={a.run_id} findings={findings.gone} />
      <Section title="Changed" count={findings.changed.length}>
        <ChangedFindings changed={findings.changed} hrefOf={(title) => findingOf(b.run_id, title)} />
      </Section>
      <p class="quiet">{countText(findings.same, 'finding is', 'findings are')} the same in both.</p>
      <MetricsOf metrics={metrics} />
      <Differences title="Differences of the input" list={comparison.input} />
      <Differences title="Differences of the configuration" list={comparison.configuration} />
      <Differences title="Differences of engine and plugins" list={comparison.engine} />
    </div>
  );
}

/** Where a run tells a finding. */
function findingOf(run: string, title: string): string {
  return `/runs/${run}/findings?find=${encodeURIComponent(title.slice(0, 60))}`;
}

function Section(props: {
  readonly title: string;
  readonly count: number;
  readonly children: ComponentChildren;
}) {
  const { title, count, children } = props;
  return (
    <section class="stack">
      <h2>
        {title} <span class="quiet">{count}</span>
      </h2>
      {count > 0 ? children : <p class="quiet">None.</p>}
    </section>
  );
}

function FindingsOf(props: {
  readonly title: string;
  readonly run: string;
  readonly findings: RunComparison['findings']['new'];
}) {
  const { title, run, findings } = props;
  return (
    <Section title={title} count={findings.length}>
      <ul class="told">
        {findings.map(({ id, title: told, statement, other_run, reason }) => (
          <li key={id}>
            <a class="any" href={findingOf(run, told)}>
              {told}
            </a>
            <p class="quiet small any">
              {other_run === 'looked' ? statement : `The other run did not look for it: ${reason}.`}
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function MetricsOf({ metrics: { same, changed } }: Pick<RunComparison, 'metrics'>) {
  return (
    <>
      <Section title="Metrics that differ" count={changed.length}>
        <DataTable
          caption="Metrics that differ"
          rows={changed}
          keyOf={({ plugin_id, name }) => `${plugin_id} ${name}`}
          columns={[
            { head: 'Plugin', cell: ({ plugin_id }) => <code>{plugin_id}</code> },
            { head: 'Metric', cell: ({ name }) => name.replaceAll('_', ' ') },
            { head: 'A', num: true, cell: ({ a }) => metricText(a) },
            { head: 'B', num: true, cell: ({ b }) => metricText(b) },
          ]}
        />
      </Section>
      <p class="quiet">{countText(same, 'metric is', 'metrics are')} the same in both.</p>
    </>
  );
}

type Metric = RunComparison['metrics']['changed'][number]['a'];

function metricText(metric: Metric): string {
  return metric === null ? '–' : formatFieldValue(metric);
}

function Differences({ title, list }: { readonly title: string; readonly list: RunComparison['input'] }) {
  return (
    <Section title={title} count={list.length}>
      <DataTable
        caption={title}
        rows={list}
        keyOf={({ key }) => key}
        columns={[
          { head: 'Key', cell: ({ key }) => <code>{key}</code> },
          { head: 'A', cell: ({ a }) => <code>{a ?? '–'}</code> },
          { head: 'B', cell: ({ b }) => <code>{b ?? '–'}</code> },
        ]}
      />
    </Section>
  );
}
