import { useState } from 'preact/hooks';
import type { DatasetSummary, ErpSummary, PluginEntry } from '../../api/types.ts';
import { dataOf, useResource } from '../../api/use-resource.ts';
import { Choice } from '../../components/fields.tsx';

/** The filters of the list, as they stand in its address and in that of the route. */
export const FILTERS = ['status', 'dataset', 'plugin', 'erp', 'since', 'until'] as const;

type Key = (typeof FILTERS)[number];

const STATUSES = ['QUEUED', 'RUNNING', 'COMPLETED', 'PARTIAL', 'FAILED', 'ABORTED', 'CANCELLED'] as const;

/** Narrows the list of runs. */
export function RunFilters(props: {
  readonly filters: Readonly<Record<string, string>>;
  set(changes: Readonly<Record<string, string>>): void;
}) {
  const { filters, set } = props;
  const [isUsed, use] = useState(false);
  const names = useNames(isUsed);
  const text = (key: keyof typeof names, label: string) => (
    <label class="field">
      {label}
      <input
        type="search"
        size={16}
        list={`${key}-names`}
        placeholder="any"
        value={filters[key] ?? ''}
        onChange={(event) => set({ [key]: event.currentTarget.value.trim() })}
      />
      <datalist id={`${key}-names`}>
        {names[key].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
  const date = (key: Key, label: string) => (
    <label class="field">
      {label}
      <input
        type="date"
        value={filters[key] ?? ''}
        onChange={(event) => set({ [key]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <search class="filters" onFocusIn={() => use(true)}>
      <Choice
        label="Status"
        auto="any"
        value={filters['status'] ?? ''}
        options={STATUSES.map((status) => [status, status])}
        onChange={(status) => set({ status })}
      />
      {text('dataset', 'Dataset')}
      {text('plugin', 'Plugin')}
      {text('erp', 'ERP')}
      {date('since', 'From (UTC)')}
      {date('until', 'Before (UTC)')}
    </search>
  );
}

/** The names that can be filtered by, asked for once somebody looks at the filters. */
function useNames(isUsed: boolean) {
  const ask = <T,>(path: string) => dataOf(useResource<T>(isUsed ? path : null));
  const datasets = ask<{ readonly datasets: readonly DatasetSummary[] }>('/datasets')?.datasets ?? [];
  const plugins = ask<{ readonly plugins: readonly PluginEntry[] }>('/plugins')?.plugins ?? [];
  const erps = ask<{ readonly erps: readonly ErpSummary[] }>('/erps')?.erps ?? [];
  return {
    dataset: datasets.map(({ name }) => name),
    plugin: plugins.map(({ id }) => id),
    erp: erps.map(({ name }) => name),
  };
}
