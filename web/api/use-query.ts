import { useCallback, useMemo } from 'preact/hooks';
import { useLocation } from 'preact-iso';

/** What stands behind the `?` of the address, and a way to change it: everything that is chosen has an address. */
export function useQuery(): {
  readonly query: URLSearchParams;
  change(change: (query: URLSearchParams) => void): void;
} {
  const { url, path, route } = useLocation();
  const search = url.split('?')[1]?.split('#')[0] ?? '';
  const query = useMemo(() => new URLSearchParams(search), [search]);
  const change = useCallback(
    (edit: (query: URLSearchParams) => void) => {
      // What comes when the page was left changes nothing of another.
      if (location.pathname !== path) return;
      // As the address is now: two changes may come before the page is drawn anew.
      const next = new URLSearchParams(location.search);
      edit(next);
      route(`${path}${next.size === 0 ? '' : `?${next}`}`, true);
    },
    [path, route],
  );
  return { query, change };
}

/** Sets a value, or takes it out where there is none. */
export function put(query: URLSearchParams, key: string, value: string): void {
  if (value === '') query.delete(key);
  else query.set(key, value);
}
