import type { ComponentChildren } from 'preact';

export interface Fact {
  readonly term: string;
  readonly broad?: boolean;
  readonly value: ComponentChildren;
}

/** A few facts side by side, each under its term. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl class="facts">
      {facts.map(({ term, value, broad }) => (
        <div key={term} class={broad ? 'broad' : ''}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Facts one below the other. */
export function Pairs({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl class="pairs">
      {facts.map(({ term, value }) => (
        <>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  );
}
