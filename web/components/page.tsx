import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

/** A page: its title (also of the window), what stands beside it, and its content. */
export function Page(props: {
  readonly title: string;
  /** Shown in place of the plain title. */
  readonly heading?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  const { title, heading, actions, children } = props;
  useEffect(() => {
    document.title = `${title} · Statistic Harness`;
  }, [title]);
  return (
    <>
      <header class="page-head">
        <div>{heading ?? <h1>{title}</h1>}</div>
        {actions && <div class="row">{actions}</div>}
      </header>
      {children}
    </>
  );
}
