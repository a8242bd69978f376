import { useCallback, useEffect, useState } from 'preact/hooks';
import { ApiError, get, NO_ANSWER } from './client.ts';
import type { Problem } from './types.ts';

/**
 * What a page knows of a route: nothing yet, what it said (`stale` while it is asked again, `lost` where the program did
 * not answer that), or why it failed.
 */
export type Resource<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly data: T; readonly stale: boolean; readonly lost?: Problem }
  | { readonly state: 'failed'; readonly problem: Problem };

/**
 * Reads a route, and again when its path changes or `reload` is called. What was shown stays, as stale, while the same
 * `subject` is asked about anew: the path itself, or what the caller says its paths have in common, such as a list that
 * is filtered or paged. Of another subject nothing old is ever shown.
 */
export function useResource<T>(
  path: string | null,
  subject: string | null = path,
): Resource<T> & { reload(): void } {
  const [shown, show] = useState<{ readonly subject: string | null; readonly resource: Resource<T> }>({
    subject,
    resource: { state: 'loading' },
  });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (path === null) return;
    const asking = new AbortController();
    show((before) =>
      before.subject === subject && before.resource.state === 'ready'
        ? { subject, resource: { ...before.resource, stale: true } }
        : { subject, resource: { state: 'loading' } },
    );
    get<T>(path, asking.signal).then(
      (data) => show({ subject, resource: { state: 'ready', data, stale: false } }),
      (error: unknown) => {
        if (asking.signal.aborted) return;
        const problem = asProblem(error);
        show(({ resource }) =>
          resource.state === 'ready' && problem.code === NO_ANSWER.code
            ? { subject, resource: { ...resource, lost: problem } }
            : { subject, resource: { state: 'failed', problem } },
        );
      },
    );
    return () => asking.abort();
  }, [path, subject, round]);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  // Before the effect has run, what is held may be of another subject.
  return shown.subject === subject ? { ...shown.resource, reload } : { state: 'loading', reload };
}

/** What a route said; undefined until then, and where it failed. */
export function dataOf<T>(resource: Resource<T>): T | undefined {
  return resource.state === 'ready' ? resource.data : undefined;
}

/** Any failure as the page shows it. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return { status: 0, code: 'PAGE', title: 'The page failed', detail, hint: 'Reload the page.' };
}
