/** The views of one thing, each with its own address; `current` is the id of the one shown. */
export function Tabs(props: {
  readonly label: string;
  readonly current: string;
  readonly tabs: readonly {
    readonly id: string;
    readonly text: string;
    readonly href: string;
    readonly count?: string;
  }[];
}) {
  return (
    <nav class="tabs" aria-label={props.label}>
      {props.tabs.map(({ id, text, href, count }) => (
        <a key={id} href={href} {...(id === props.current && { 'aria-current': 'page' as const })}>
          {text}
          {count !== undefined && <span class="quiet"> {count}</span>}
        </a>
      ))}
    </nav>
  );
}
