import type { DatasetSummary, PlanSummary, PluginEntry } from '../../api/types.ts';
import { usePosted } from '../../api/use-posted.ts';
import { put, useQuery } from '../../api/use-query.ts';
import { useResource } from '../../api/use-resource.ts';
import { Choice, TextField, Tick } from '../../components/fields.tsx';
import { Page } from '../../components/page.tsx';
import { countText } from '../../components/shown.tsx';
import { Empty, Shown } from '../../components/states.tsx';
import { pluginsIn, runBody, subjectOf } from './asked.ts';
import { DataOfRun } from './data-of-run.tsx';
import { PluginChoice } from './plugin-choice.tsx';

/** What is to be run on which rows: data, plugins, settings; then Confirm. */
export function NewRunPage() {
  const { query, change } = useQuery();
  // A choice of plugins changes no reason why the others fit: the plan is asked for all of them.
  const all = new URLSearchParams(query);
  all.delete('plugins');
  const body = runBody(all);
  const plan = usePosted<PlanSummary>('/plans', body, subjectOf(query));
  const plugins = useResource<{ readonly plugins: readonly PluginEntry[] }>('/plugins');
  return (
    <Page title="New run">
      <div class="sections">
        <section>
          <h2>Data</h2>
          {query.has('u') ? (
            <p>
              <a href={`/upload?${query}`}>The files that were uploaded</a>
            </p>
          ) : (
            <ChooseDataset query={query} change={change} />
          )}
          {body !== null && plan.state === 'ready' && <DataOfRun plan={plan.data} />}
        </section>
        {body === null ? (
          <Empty title="Choose what to look at first">
            <p>
              Choose a dataset above, or <a href="/upload">upload a table</a>.
            </p>
          </Empty>
        ) : (
          <Shown of={plan} what="what fits the table: all of it is read" lines={8}>
            {(planned) => (
              <Shown of={plugins} what="the plugins">
                {({ plugins: known }) => (
                  <div class="sections">
                    <PluginChoice plan={planned} known={known} query={query} change={change} />
                    <RunSettings query={query} plan={planned} change={change} />
                    <p class="row forward">
                      <a class="button primary" href={`/new/confirm?${query}`}>
                        See exactly what will run
                      </a>
                      <span class="quiet">
                        {countText(chosenOf(planned, query), 'plugin', 'plugins')} chosen; nothing runs yet.
                      </span>
                    </p>
                  </div>
                )}
              </Shown>
            )}
          </Shown>
        )}
      </div>
    </Page>
  );
}

function chosenOf(plan: PlanSummary, query: URLSearchParams): number {
  const chosen = pluginsIn(query);
  return plan.plugins.filter(({ id, will }) => will === 'run' && (chosen?.includes(id) ?? true)).length;
}

interface Asked {
  readonly query: URLSearchParams;
  change(change: (query: URLSearchParams) => void): void;
}

function ChooseDataset({ query, change }: Asked) {
  const datasets = useResource<{ readonly datasets: readonly DatasetSummary[] }>('/datasets');
  return (
    <Shown of={datasets} what="the datasets" lines={1}>
      {({ datasets: all }) => {
        const options = all.flatMap(({ name, versions }) =>
          versions.map(({ ordinal, row_count }): [string, string] => [
            `${name}@${ordinal}`,
            `${name}, version ${ordinal}: ${countText(row_count, 'row', 'rows')}`,
          ]),
        );
        const asked = query.get('version') ?? '';
        return (
          <div class="filters">
            <Choice
              label="Dataset and version"
              auto="choose one"
              options={options}
              // One that is gone, to the trash perhaps, can't be chosen.
              value={options.some(([version]) => version === asked) ? asked : ''}
              onChange={(value) => change((next) => put(next, 'version', value))}
            />
          </div>
        );
      }}
    </Shown>
  );
}

function RunSettings({ query, plan, change }: Asked & { readonly plan: PlanSummary }) {
  const field = (key: string) => ({
    value: query.get(key) ?? '',
    onChange: (value: string) => change((next) => put(next, key, value)),
  });
  const config = plan.config as { readonly workers?: number; readonly memoryBytes?: number };
  return (
    <section>
      <h2>How it runs</h2>
      <div class="filters">
        <TextField
          label="Seed"
          hint="empty: from the data"
          isNumber
          placeholder={plan.run_seed}
          {...field('seed')}
        />
        <TextField
          label="Sample"
          hint="a share such as 10%; empty: all rows"
          placeholder="all rows"
          {...field('sample')}
        />
        <TextField
          label="Workers"
          hint="results don't depend on it"
          isNumber
          placeholder={String(config.workers ?? '')}
          {...field('workers')}
        />
        <TextField
          label="Memory"
          hint="such as 2GB"
          placeholder={`${(config.memoryBytes ?? 0) / 1e9}GB`}
          {...field('memory')}
        />
      </div>
      <Tick
        label="Compute everything again"
        hint="Off: what was computed before from the same data, code and settings is taken over."
        checked={query.has('force')}
        onChange={(on) => change((next) => put(next, 'force', on ? '1' : ''))}
      />
    </section>
  );
}
