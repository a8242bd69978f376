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
  const text = (key: Key, label: string) => (
    <label class="field">
      {label}
      <input
        type="search"
        size={16}
        value={filters[key] ?? ''}
        onChange={(event) => set({ [key]: event.currentTarget.value.trim() })}
      />
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
    <search class="filters">
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
