import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Problem } from '../api/types.ts';
import type { Resource } from '../api/use-resource.ts';
import { Icon } from './icon.tsx';

/** Nothing is there: what that means, and what to do next. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="state">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Something is on its way; `what` is told to screen readers. */
export function Loading({ what, lines = 4 }: { readonly what: string; readonly lines?: number }) {
  return (
    <div class="loading" role="status">
      <span class="unseen">Loading {what} …</span>
      {Array.from({ length: lines }, (_, i) => (
        <i key={i} aria-hidden="true" />
      ))}
    </div>
  );
}

/**
 * Something failed: what, why, and what to do. Where the program was gone or the session had ended, it is tried again when
 * the operator comes back to the window: the address that he opened meanwhile may have mended it.
 */
export function Failed({ problem, retry }: { readonly problem: Problem; readonly retry?: () => void }) {
  const { title, detail, hint, code, status } = problem;
  useEffect(() => {
    if (retry === undefined || (status !== 0 && status !== 401)) return;
    addEventListener('focus', retry);
    return () => removeEventListener('focus', retry);
  }, [retry, status]);
  return (
    <div class="state failed" role="alert">
      <h2>
        <span class="bad">
          <Icon name="warning" size={16} />
        </span>
        <span class="any">{detail || title}</span>
      </h2>
      {hint !== '' && <p class="any">{hint}</p>}
      <p class="row">
        {retry && (
          <button type="button" onClick={retry}>
            Try again
          </button>
        )}
        <code class="quiet">{code}</code>
      </p>
    </div>
  );
}

/** A route's three states, with the page's own words for what is there. */
export function Shown<T>(props: {
  readonly of: Resource<T> & { reload?(): void };
  readonly what: string;
  readonly lines?: number;
  children(data: T): ComponentChildren;
}) {
  const { of, what, lines = 4, children } = props;
  if (of.state === 'loading') return <Loading what={what} lines={lines} />;
  if (of.state === 'failed') return <Failed problem={of.problem} {...(of.reload && { retry: of.reload })} />;
  return (
    <div aria-busy={of.stale}>
      {of.lost && (
        <Notice tone="warn">
          <p>{of.lost.title}: this is what it said last.</p>
          <p class="small">{of.lost.hint}</p>
        </Notice>
      )}
      {children(of.data)}
    </div>
  );
}

/** Something to know beside what is shown: `warn`, `bad`, or plain. */
export function Notice(props: {
  readonly tone?: 'warn' | 'bad' | 'plain';
  readonly children: ComponentChildren;
}) {
  const { tone = 'plain', children } = props;
  return (
    <div class={`notice ${tone}`}>
      <Icon name={tone === 'plain' ? 'info' : 'warning'} size={16} />
      <div>{children}</div>
    </div>
  );
}
