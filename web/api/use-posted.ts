import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { post } from './client.ts';
import { asProblem, type Resource } from './use-resource.ts';

/** So long nothing is asked while choices still change. */
const SETTLED_MS = 150;

/**
 * Asks a route that is told what it is asked in a body, and again when that changes or `reload` is called; null asks
 * nothing. An older question is given up. What was shown stays, as stale, while the same `subject` is asked about anew.
 */
export function usePosted<T>(
  path: string,
  body: object | null,
  subject: string,
): Resource<T> & { reload(): void } {
  const [resource, show] = useState<Resource<T>>({ state: 'loading' });
  const [round, setRound] = useState(0);
  const shownFor = useRef(subject);
  const asked = body === null ? null : JSON.stringify(body);
  useEffect(() => {
    const isSame = shownFor.current === subject;
    shownFor.current = subject;
    show((before) =>
      asked !== null && isSame && before.state === 'ready'
        ? { ...before, stale: true }
        : { state: 'loading' },
    );
    if (asked === null) return;
    const asking = new AbortController();
    const ask = async () => {
      try {
        const data = await post<T>(path, JSON.parse(asked), asking.signal);
        if (!asking.signal.aborted) show({ state: 'ready', data, stale: false });
      } catch (error) {
        if (!asking.signal.aborted) show({ state: 'failed', problem: asProblem(error) });
      }
    };
    const timer = setTimeout(ask, SETTLED_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [path, asked, subject, round]);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  // Before the effect has run, what is held may be of another subject.
  return shownFor.current === subject ? { ...resource, reload } : { state: 'loading', reload };
}
