import { useState } from 'preact/hooks';
import type { PlanSummary, PluginEntry } from '../../api/types.ts';
import { Tick } from '../../components/fields.tsx';
import { countText } from '../../components/shown.tsx';
import { Badge } from '../../components/status.tsx';
import { pluginsIn } from './asked.ts';
import { SettingsForm } from './settings-form.tsx';

type Planned = PlanSummary['plugins'][number];

interface Choosing {
  readonly plan: PlanSummary;
  readonly known: readonly PluginEntry[];
  readonly query: URLSearchParams;
  change(change: (query: URLSearchParams) => void): void;
}

/** The plugins by the kind of question they answer: those that fit can be chosen, of the others it is said why not. */
export function PluginChoice({ plan, known, query, change }: Choosing) {
  const fit = plan.plugins.filter(({ will }) => will === 'run');
  const unfit = plan.plugins.filter(({ will }) => will !== 'run');
  const chosen = pluginsIn(query) ?? fit.map(({ id }) => id);
  const choose = (ids: readonly string[]) =>
    change((next) => {
      if (ids.length === fit.length) next.delete('plugins');
      else next.set('plugins', ids.join(','));
    });
  const entryOf = (id: string) => known.find((entry) => entry.id === id);
  const groups = groupsOf(fit, entryOf);
  return (
    <section>
      <div class="row spread">
        <h2>
          Questions{' '}
          <span class="quiet small">{countText(fit.length, 'fits the table', 'fit the table')}</span>
        </h2>
        <span class="row">
          <button type="button" onClick={() => choose(fit.map(({ id }) => id))}>
            All that fit
          </button>
          <button type="button" onClick={() => choose([])}>
            None
          </button>
        </span>
      </div>
      {groups.map(([group, plugins]) => (
        <fieldset key={group} class="choices">
          <legend>{group}</legend>
          {plugins.map((plugin) => (
            <OnePlugin
              key={plugin.id}
              plugin={plugin}
              entry={entryOf(plugin.id)}
              checked={chosen.includes(plugin.id)}
              onChange={(on) =>
                choose(fit.map(({ id }) => id).filter((id) => (id === plugin.id ? on : chosen.includes(id))))
              }
              {...{ plan, query, change }}
            />
          ))}
        </fieldset>
      ))}
      {unfit.length > 0 && (
        <details>
          <summary>
            {countText(unfit.length, 'plugin does', 'plugins do')} not fit, each with its reason
          </summary>
          <ul class="choices">
            {unfit.map((plugin) => (
              <li key={plugin.id}>
                <strong class="any">{entryOf(plugin.id)?.title || plugin.id}</strong>{' '}
                <Badge text={plugin.will.replaceAll('_', ' ')} />{' '}
                <span class="any quiet">{plugin.reason}</span>
                {plugin.missing.map(({ remedy }) => remedy !== '' && <pre key={remedy}>{remedy}</pre>)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

const TOPICS = {
  process: 'How the work flowed',
  columns: 'What goes with what, and what changed',
  table: 'What is in the table',
} as const;

/** The plugins by what their question is about. */
function groupsOf(
  plugins: readonly Planned[],
  entryOf: (id: string) => PluginEntry | undefined,
): readonly (readonly [string, readonly Planned[]])[] {
  return Object.entries(TOPICS)
    .map(([topic, name]): [string, readonly Planned[]] => [
      name,
      plugins.filter(({ id }) => (entryOf(id)?.topic ?? 'table') === topic),
    ])
    .filter(([, members]) => members.length > 0);
}

function OnePlugin(props: {
  readonly plugin: Planned;
  readonly entry: PluginEntry | undefined;
  readonly checked: boolean;
  readonly plan: PlanSummary;
  readonly query: URLSearchParams;
  onChange(on: boolean): void;
  change(change: (query: URLSearchParams) => void): void;
}) {
  const { plugin, entry, checked, onChange, plan, query, change } = props;
  const [open, setOpen] = useState(false);
  const title = entry?.title || plugin.id;
  const count = Object.keys(plugin.settings).length;
  return (
    <div class="choice">
      <div class="row spread">
        <Tick label={title} hint={entry?.question ?? ''} checked={checked} onChange={onChange} />
        {count > 0 && (
          <button type="button" class="bare" aria-expanded={open} onClick={() => setOpen(!open)}>
            {countText(count, 'setting', 'settings')}
            <span class="unseen"> of {title}</span>
          </button>
        )}
      </div>
      {open && <SettingsForm plugin={plugin} sources={plan.config_sources} query={query} change={change} />}
    </div>
  );
}
