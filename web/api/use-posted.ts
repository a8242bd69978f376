import { useCallback, useEffect, useState } from 'preact/hooks';
import { post } from './client.ts';
import { asProblem, type Resource } from './use-resource.ts';

/**
 * Asks a route that is told what it is asked in a body, and again when that changes or `reload` is called; null asks
 * nothing. What was shown stays until the new is there, and the answer to an older body is dropped.
 */
export function usePosted<T>(path: string, body: object | null): Resource<T> & { reload(): void } {
  const [resource, show] = useState<Resource<T>>({ state: 'loading' });
  const [round, setRound] = useState(0);
  const asked = body === null ? null : JSON.stringify(body);
  useEffect(() => {
    if (asked === null) return;
    let current = true;
    show((before) => (before.state === 'ready' ? { ...before, stale: true } : { state: 'loading' }));
    post<T>(path, JSON.parse(asked)).then(
      (data) => current && show({ state: 'ready', data, stale: false }),
      (error: unknown) => current && show({ state: 'failed', problem: asProblem(error) }),
    );
    return () => {
      current = false;
    };
  }, [path, asked, round]);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  return { ...resource, reload };
}
