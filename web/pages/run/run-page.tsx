import type { FunctionComponent } from 'preact';
import { useMemo } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import type { RunDetails } from '../../api/types.ts';
import { useResource } from '../../api/use-resource.ts';
import { useCommands } from '../../components/commands.tsx';
import { Page } from '../../components/page.tsx';
import { Shown } from '../../components/states.tsx';
import { isUnderWay } from '../../components/status.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { Trashed } from '../../components/trashed.tsx';
import { ArtifactsTab } from './artifacts-tab.tsx';
import { BeginningRun } from './beginning-run.tsx';
import { FindingsTab } from './findings/findings-tab.tsx';
import { LineageTab } from './lineage-tab.tsx';
import { LiveRun } from './live-run.tsx';
import { NoResult } from './no-result.tsx';
import { PluginsTab } from './plugins-tab.tsx';
import { RecommendationsTab } from './recommendations-tab.tsx';
import { RunActions } from './run-actions.tsx';
import { RunFacts, RunTitle } from './run-head.tsx';
import type { TabProps } from './tab-props.ts';
import { TimelineTab } from './timeline-tab.tsx';
import { WhatRanTab } from './what-ran-tab.tsx';

/** `always`: shown of a run without a result too. */
const TABS: readonly {
  readonly id: string;
  readonly text: string;
  readonly component: FunctionComponent<TabProps>;
  readonly always?: true;
}[] = [
  { id: 'findings', text: 'Findings', component: FindingsTab },
  { id: 'recommendations', text: 'Recommendations', component: RecommendationsTab },
  { id: 'timeline', text: 'Timeline', component: TimelineTab, always: true },
  { id: 'plugins', text: 'Plugins', component: PluginsTab, always: true },
  { id: 'artifacts', text: 'Artifacts', component: ArtifactsTab },
  { id: 'what-ran', text: 'What ran?', component: WhatRanTab },
  { id: 'lineage', text: 'Lineage', component: LineageTab },
];

/** A run: what it is, how it goes, what it found, and everything that stands behind that. */
export function RunPage() {
  const { params } = useRoute();
  const id = params['id'] ?? '';
  const run = useResource<RunDetails>(`/runs/${id}`);
  const title = `Run ${id.slice(0, 8)}`;
  if (run.state === 'failed' && run.problem.code === 'SH_RUN_UNKNOWN')
    return <BeginningRun key={id} id={id} onRecorded={run.reload} />;
  if (run.state === 'failed' && run.problem.code === 'SH_RUN_DELETED')
    return (
      <Page title={title}>
        <Trashed path={`/runs/${id}`} problem={run.problem} onTaken={run.reload} />
      </Page>
    );
  if (run.state !== 'ready')
    return (
      <Page title={title}>
        <Shown of={run} what="the run" lines={6}>
          {() => null}
        </Shown>
      </Page>
    );
  return <LoadedRun key={run.data.run_id} run={run.data} tab={params['tab'] ?? ''} reload={run.reload} />;
}

function LoadedRun({ run, tab, reload }: TabProps & { readonly tab: string; reload(): void }) {
  const { route } = useLocation();
  const isOpen = isUnderWay(run);
  const hasResult = run.manifest_sha256 !== null;
  const at = `/runs/${run.run_id}`;
  const offered = TABS.filter(({ always }) => hasResult || always);
  const current = offered.find(({ id }) => id === tab) ?? offered[0];
  useCommands(
    useMemo(
      () =>
        offered.map(({ id, text }) => ({ title: text, group: 'This run', run: () => route(`${at}/${id}`) })),
      [at, hasResult, route],
    ),
  );
  const Tab = current?.component;
  return (
    <Page
      title={`Run ${run.run_id.slice(0, 8)} of ${run.dataset}`}
      heading={<RunTitle run={run} />}
      actions={<RunActions run={run} reload={reload} />}
    >
      <RunFacts run={run} />
      {isOpen && (
        <LiveRun
          id={run.run_id}
          since={run.created_at}
          follower={{
            onStatus: (now) => !now.under_way && reload(),
            onMoved: reload,
            onRefused: reload,
          }}
        />
      )}
      {!isOpen && !hasResult && <NoResult run={run} />}
      <Tabs
        label="Views of this run"
        current={current?.id ?? ''}
        tabs={offered.map(({ id, text }) => ({
          id,
          text,
          href: `${at}/${id}`,
          ...(id === 'findings' && run.findings !== null && { count: String(run.findings) }),
        }))}
      />
      {Tab && <Tab run={run} />}
    </Page>
  );
}
