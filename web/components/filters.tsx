import { useCallback } from 'preact/hooks';
import { useLocation } from 'preact-iso';

/** The filters of a page, which stand in its address; setting one to nothing takes it out. */
export function useFilters(): {
  readonly filters: Readonly<Record<string, string>>;
  set(changes: Readonly<Record<string, string>>): void;
} {
  const { query, path, route } = useLocation();
  const set = useCallback(
    (changes: Readonly<Record<string, string>>) => {
      const next = Object.entries({ ...query, ...changes }).filter(([, value]) => value !== '');
      const text = new URLSearchParams(next).toString();
      route(text === '' ? path : `${path}?${text}`, true);
    },
    [query, path, route],
  );
  return { filters: query, set };
}

/** Words to look for. */
export function Find(props: {
  readonly label: string;
  readonly value: string;
  onChange(value: string): void;
}) {
  const { label, value, onChange } = props;
  return (
    <label class="field">
      {label}
      <input type="search" value={value} onInput={(event) => onChange(event.currentTarget.value)} />
    </label>
  );
}
