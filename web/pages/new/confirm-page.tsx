import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { post } from '../../api/client.ts';
import type { PlanSummary, Problem, SpawnedRun } from '../../api/types.ts';
import { usePosted } from '../../api/use-posted.ts';
import { useQuery } from '../../api/use-query.ts';
import { asProblem } from '../../api/use-resource.ts';
import { Facts } from '../../components/facts.tsx';
import { Tick } from '../../components/fields.tsx';
import { Hash } from '../../components/hash.tsx';
import { Page } from '../../components/page.tsx';
import { countText } from '../../components/shown.tsx';
import { Empty, Failed, Notice, Shown } from '../../components/states.tsx';
import { Badge } from '../../components/status.tsx';
import { noteBegun } from '../run/begun-here.ts';
import { runBody, subjectOf } from './asked.ts';
import { DataOfRun } from './data-of-run.tsx';
import { ExpectedCost } from './expected-cost.tsx';
import { PluginsThatRun } from './plugins-that-run.tsx';
import { whatChanged } from './what-changed.ts';

type Planned = PlanSummary['plugins'][number];

/** UX-04: exactly what will run, before it does. */
export function ConfirmPage() {
  const { query, change } = useQuery();
  const body = runBody(query);
  const plan = usePosted<PlanSummary>('/plans', body, subjectOf(query));
  const [before, setBefore] = useState<PlanSummary | null>(null);
  return (
    <Page
      title="Confirm"
      actions={
        <a class="button" href={`/new?${query}`}>
          Change something
        </a>
      }
    >
      {body === null ? (
        <Empty title="There is nothing to confirm yet">
          <p>
            <a href={`/new?${query}`}>Choose what to run</a> first.
          </p>
        </Empty>
      ) : (
        <Shown of={plan} what="exactly what will run" lines={8}>
          {(planned) => (
            <>
              {before !== null && before !== planned && (
                <Notice tone="warn">
                  <p>
                    <strong>What would run has changed since you looked at it. Nothing was started.</strong>{' '}
                    What stands here is what would run now.
                  </p>
                  <ul>
                    {whatChanged(before, planned).map((change) => (
                      <li key={change} class="any">
                        {change}
                      </li>
                    ))}
                  </ul>
                </Notice>
              )}
              <Confirmed
                plan={planned}
                isOld={plan.state === 'ready' && plan.stale}
                {...{ body, query, change }}
                onChanged={() => {
                  setBefore(planned);
                  plan.reload();
                }}
              />
            </>
          )}
        </Shown>
      )}
    </Page>
  );
}

function Confirmed(props: {
  readonly plan: PlanSummary;
  /** Something was changed since, and what will run is being worked out anew. */
  readonly isOld: boolean;
  readonly body: object;
  readonly query: URLSearchParams;
  change(change: (query: URLSearchParams) => void): void;
  /** Told when it is not what would run any more. */
  onChanged(): void;
}) {
  const { plan, isOld, body, query, change, onChanged } = props;
  const runs = plan.plugins.filter(({ will }) => will === 'run');
  const left = plan.plugins.filter(({ will }) => will !== 'run');
  return (
    <div class="sections">
      <section class="stack">
        <h2>Data</h2>
        <DataOfRun plan={plan} />
      </section>
      <section class="stack">
        <h2>How</h2>
        <Facts facts={howFacts(plan, query)} />
        <ExpectedCost plan={plan} />
      </section>
      <section>
        <h2>{countText(runs.length, 'plugin runs', 'plugins run')}</h2>
        <PluginsThatRun plugins={runs} sources={plan.config_sources} />
      </section>
      {left.length > 0 && (
        <details>
          <summary>{countText(left.length, 'plugin does', 'plugins do')} not run</summary>
          <LeftOut plugins={left} query={query} change={change} />
        </details>
      )}
      <RunButton
        body={{ ...body, confirmed: plan.run_fingerprint }}
        runs={runs.length}
        {...{ isOld, onChanged }}
      />
    </div>
  );
}

function howFacts(plan: PlanSummary, query: URLSearchParams) {
  const { workers, memoryBytes } = plan.config as {
    readonly workers?: number;
    readonly memoryBytes?: number;
  };
  const open = plan.plugins.filter(
    ({ will, granted }) => will === 'run' && granted.some(({ capability }) => capability === 'network'),
  );
  return [
    {
      term: 'Seed',
      value: `${plan.run_seed} (${plan.seed_source === 'fingerprint' ? 'from the data' : 'as you said'})`,
      broad: true,
    },
    {
      term: 'Fingerprint',
      value: <Hash value={plan.run_fingerprint} what="the fingerprint of the run" length={12} />,
    },
    { term: 'Workers', value: String(workers ?? '') },
    { term: 'Memory', value: `${(memoryBytes ?? 0) / 1e9} GB` },
    { term: 'Network', value: open.length === 0 ? 'off' : `on for ${open.map(({ id }) => id).join(', ')}` },
    { term: 'Computed before', value: query.has('force') ? 'computed again' : 'taken over' },
  ];
}

function LeftOut(props: {
  readonly plugins: readonly Planned[];
  readonly query: URLSearchParams;
  change(change: (query: URLSearchParams) => void): void;
}) {
  const { plugins, query, change } = props;
  const allowed = query.getAll('net');
  const allow = (id: string, on: boolean) =>
    change((next) => {
      next.delete('net');
      for (const one of [...allowed.filter((other) => other !== id), ...(on ? [id] : [])])
        next.append('net', one);
    });
  return (
    <ul class="choices">
      {plugins.map(({ id, will, reason, missing, network_hosts }) => (
        <li key={id} class="stack">
          <span>
            <strong class="any">{id}</strong> <Badge text={will.replaceAll('_', ' ')} />{' '}
            <span class="quiet any">{reason}</span>
          </span>
          {missing.map(({ remedy }) => remedy !== '' && <pre key={remedy}>{remedy}</pre>)}
          {network_hosts.length > 0 && (
            <Tick
              label={`Let ${id} reach ${network_hosts.join(', ')} in this run`}
              hint="Only what is approved for it is let through."
              checked={allowed.includes(id)}
              onChange={(on) => allow(id, on)}
            />
          )}
        </li>
      ))}
    </ul>
  );
}

function RunButton(props: {
  readonly body: object;
  readonly runs: number;
  readonly isOld: boolean;
  onChanged(): void;
}) {
  const { body, runs, isOld, onChanged } = props;
  const { route } = useLocation();
  const [state, setState] = useState<'idle' | 'starting' | Problem>('idle');
  const start = async () => {
    setState('starting');
    try {
      const { run_id } = await post<SpawnedRun>('/runs', body);
      noteBegun(run_id);
      route(`/runs/${run_id}`);
    } catch (error) {
      const problem = asProblem(error);
      const isChanged = problem.code === 'SH_PLAN_CHANGED';
      setState(isChanged ? 'idle' : problem);
      if (isChanged) onChanged();
    }
  };
  return (
    <div class="stack">
      {typeof state === 'object' && <Failed problem={state} />}
      <p class="row forward">
        <button
          type="button"
          class="primary"
          disabled={state === 'starting' || runs === 0 || isOld}
          onClick={start}
        >
          {state === 'starting' ? 'Starting …' : 'Run'}
        </button>
        <span class="quiet">
          {isOld
            ? 'What will run is being worked out anew.'
            : runs === 0
              ? 'No plugin is chosen that fits.'
              : 'The run goes on when this window is closed.'}
        </span>
      </p>
    </div>
  );
}
