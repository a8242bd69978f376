import type { PlanSummary, PluginEntry } from '../../api/types.ts';
import { useResource } from '../../api/use-resource.ts';
import { Breakable } from '../../components/breakable.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Hash } from '../../components/hash.tsx';
import { Badge } from '../../components/status.tsx';

type Planned = PlanSummary['plugins'][number];

/** Exactly which plugins run: their code, what they may, what they need, and the settings that somebody chose. */
export function PluginsThatRun({
  plugins,
  sources,
}: {
  readonly plugins: readonly Planned[];
  readonly sources: PlanSummary['config_sources'];
}) {
  const known = useResource<{ readonly plugins: readonly PluginEntry[] }>('/plugins');
  const titleOf = (id: string): string =>
    (known.state === 'ready' && known.data.plugins.find((entry) => entry.id === id)?.title) || '';
  return (
    <DataTable
      caption="Plugins that run"
      rows={plugins}
      keyOf={({ id }) => id}
      columns={[
        {
          head: 'Plugin',
          cell: ({ id }) => (
            <>
              {titleOf(id) !== '' && <div class="small">{titleOf(id)}</div>}
              <code>
                <Breakable name={id} />
              </code>
            </>
          ),
        },
        { head: 'Version', cell: ({ version }) => version },
        {
          head: 'Code',
          cell: ({ id, code_sha256 }) => <Hash value={code_sha256} what={`the hash of the code of ${id}`} />,
        },
        { head: 'May', cell: ({ capabilities }) => <span class="small">{capabilities.join(', ')}</span> },
        { head: 'Granted', cell: ({ granted }) => <Granted granted={granted} /> },
        {
          head: 'Needs',
          cell: ({ depends_on }) => <Needs ids={depends_on} />,
        },
        { head: 'Settings', cell: (plugin) => <SettingsSaid plugin={plugin} sources={sources} /> },
      ]}
    />
  );
}

const FEW = 3;

/** Other plugins whose results one looks at; one that looks at all of them names them on demand. */
function Needs({ ids }: { readonly ids: readonly string[] }) {
  const names = ids.map((id, i) => (
    <>
      {i > 0 && ', '}
      <Breakable name={id} />
    </>
  ));
  if (ids.length === 0) return <span class="quiet small">nothing</span>;
  if (ids.length <= FEW) return <span class="small">{names}</span>;
  return (
    <details class="small">
      <summary>{ids.length} plugins</summary>
      {names}
    </details>
  );
}

function Granted({ granted }: Pick<Planned, 'granted'>) {
  if (granted.length === 0) return <span class="quiet small">nothing more</span>;
  return (
    <span class="badges">
      {granted.map(({ capability, hosts }) => (
        <Badge key={capability} tone="warn" text={[capability, ...hosts].join(' ')} />
      ))}
    </span>
  );
}

/** The settings that are not the plugin's own defaults, and how many are. */
function SettingsSaid({
  plugin,
  sources,
}: {
  readonly plugin: Planned;
  readonly sources: PlanSummary['config_sources'];
}) {
  const all = Object.entries(plugin.settings);
  const said = all.filter(
    ([key]) => (sources[`plugins.${plugin.id}.settings.${key}`] ?? 'default') !== 'default',
  );
  if (said.length === 0) return <span class="quiet small">{all.length === 0 ? 'none' : 'defaults'}</span>;
  return (
    <span class="small any">
      {said
        .map(
          ([key, value]) =>
            `${key} = ${JSON.stringify(value)} (${whence(sources[`plugins.${plugin.id}.settings.${key}`])})`,
        )
        .join('; ')}
    </span>
  );
}

const whence = (source: string | undefined): string => (source === 'erp' ? 'from the ERP' : 'as you said');
