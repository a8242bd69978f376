import { useCallback, useEffect, useState } from 'preact/hooks';
import { ApiError, get } from './client.ts';
import type { Problem } from './types.ts';

/** What a page knows of a route: nothing yet, what it said (`stale` while it is asked again), or why it failed. */
export type Resource<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly data: T; readonly stale: boolean }
  | { readonly state: 'failed'; readonly problem: Problem };

/** Reads a route, and again when its path changes or `reload` is called; what was shown stays until the new is there. */
export function useResource<T>(path: string | null): Resource<T> & { reload(): void } {
  const [shown, show] = useState<{ path: string | null; resource: Resource<T> }>({
    path,
    resource: { state: 'loading' },
  });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (path === null) return;
    const asking = new AbortController();
    show((before) =>
      before.resource.state === 'ready'
        ? { ...before, resource: { ...before.resource, stale: true } }
        : { path, resource: { state: 'loading' } },
    );
    get<T>(path, asking.signal).then(
      (data) => show({ path, resource: { state: 'ready', data, stale: false } }),
      (error: unknown) => {
        if (!asking.signal.aborted) show({ path, resource: { state: 'failed', problem: asProblem(error) } });
      },
    );
    return () => asking.abort();
  }, [path, round]);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  return { ...shown.resource, reload };
}

/** Any failure as the page shows it. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return { status: 0, code: 'PAGE', title: 'The page failed', detail, hint: 'Reload the page.' };
}
