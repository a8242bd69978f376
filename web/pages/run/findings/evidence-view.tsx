import { useEffect, useRef, useState } from 'preact/hooks';
import type {
  ShownChart,
  ShownClaim,
  ShownDerivation,
  ShownEvidence,
  ShownField,
  ShownQuery,
} from '../../../api/types.ts';
import { Copy, Hash } from '../../../components/hash.tsx';
import { countText } from '../../../components/shown.tsx';
import { CitedRows } from './cited-rows.tsx';
import { RunAgain } from './run-again.tsx';

/** What stands behind a claim: each number with its source, then every query and derivation, then those of its charts. */
export function EvidenceView(props: {
  readonly backing: Pick<ShownClaim, 'summary' | 'fields' | 'evidence'>;
  readonly charts: readonly ShownChart[];
  readonly runId: string;
  /** Of a finding itself, not of one of its instances. */
  readonly own?: boolean;
  /** It is what the operator asked for: open, and in view. */
  readonly looked?: boolean;
}) {
  const { backing, charts, runId, own = false, looked = false } = props;
  const [open, setOpen] = useState(looked);
  const place = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (!looked) return;
    setOpen(true);
    place.current?.scrollIntoView({ block: 'start' });
  }, [looked]);
  if (backing.summary === 'none')
    return <p class="bad">No evidence: nothing stands behind this claim that could be checked.</p>;
  return (
    <details
      ref={place}
      class={own ? 'evidence own' : 'evidence'}
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>Evidence: {backing.summary}</summary>
      {open && (
        <div class="stack in">
          {backing.fields.length > 0 && <Fields fields={backing.fields} />}
          {backing.evidence.map((one, i) => (
            <OneEvidence key={one.kind === 'query' ? one.label : `d${i}`} evidence={one} runId={runId} />
          ))}
          {charts.map(({ query, title }) => (
            <Query key={`chart ${query.label}`} query={query} drawnAs={title} runId={runId} />
          ))}
        </div>
      )}
    </details>
  );
}

function Fields({ fields }: { readonly fields: readonly ShownField[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="wide" tabIndex={0} aria-label="Each number and where it comes from">
      <table>
        <caption>Each number of the claim and where it comes from (rows of results count from 1)</caption>
        <thead>
          <tr>
            <th scope="col">Number</th>
            <th scope="col" class="num">
              As shown
            </th>
            <th scope="col" class="num">
              In full
            </th>
            <th scope="col">Comes from</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ name, text, full, source }) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
              </th>
              <td class="num any">{text}</td>
              <td class="num">{full !== null && <code>{full}</code>}</td>
              <td>
                <Source words={source} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Where a number comes from; the name of a query leads to it. */
function Source({ words }: { readonly words: string }) {
  const [, label, rest] = /^(Q[1-9]\d*)(,.*)$/.exec(words) ?? [];
  if (label === undefined) return <>{words}</>;
  return (
    <>
      <button type="button" class="link" onClick={({ currentTarget }) => showQuery(currentTarget, label)}>
        {label}
      </button>
      {rest}
    </>
  );
}

function showQuery(from: HTMLElement, label: string): void {
  const query = from.closest('.evidence')?.querySelector<HTMLElement>(`[data-query="${label}"]`);
  query?.scrollIntoView({ block: 'start' });
  query?.focus({ preventScroll: true });
}

function OneEvidence({ evidence, runId }: { readonly evidence: ShownEvidence; readonly runId: string }) {
  return evidence.kind === 'query' ? (
    <Query query={evidence} runId={runId} />
  ) : (
    <Derivation derivation={evidence} runId={runId} />
  );
}

function Query(props: { readonly query: ShownQuery; readonly drawnAs?: string; readonly runId: string }) {
  const { query, drawnAs, runId } = props;
  const { label, sql, parameters, result_sha256, row_count, cited } = query;
  return (
    <article class="query" data-query={label} tabIndex={-1}>
      <div class="row spread">
        <h4 class="any">
          Query {label}
          {drawnAs !== undefined && `, drawn as the chart “${drawnAs}”`}
        </h4>
        <Copy text={sql} shown="Copy SQL" what={`the SQL of ${label}`} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long query scrolls, also by keyboard */}
      <pre tabIndex={0}>{sql}</pre>
      {parameters.length > 0 && (
        <p class="small any">
          Parameters: <code>{parameters.map((value, i) => `$${i + 1} = ${value ?? 'NULL'}`).join(', ')}</code>
        </p>
      )}
      <p class="small">
        Result when the run was made: {countText(row_count, 'row', 'rows')},{' '}
        <Hash value={result_sha256} what={`the hash of the result of ${label}`} length={12} />
      </p>
      {cited.length > 0 && <CitedRows query={query} runId={runId} />}
      <RunAgain runId={runId} label={label} />
    </article>
  );
}

function Derivation({ derivation, runId }: { readonly derivation: ShownDerivation; readonly runId: string }) {
  const { name, method, by, parameters, values, inputs } = derivation;
  return (
    <article class="query">
      <h4 class="any">
        {name}: {method}
      </h4>
      <p class="small any">
        Computed by {by}. Parameters: <code>{parameters}</code>
      </p>
      {values.length > 0 && (
        <ul class="small values">
          {values.slice(0, 60).map((value) => (
            <li key={value.name}>
              <code>{value.name}</code> = {value.text}
            </li>
          ))}
          {values.length > 60 && <li>and {values.length - 60} more in report.json</li>}
        </ul>
      )}
      {inputs.length > 0 && (
        <details>
          <summary>Its inputs: {countText(inputs.length, 'piece', 'pieces')} of evidence</summary>
          <div class="stack in">
            {inputs.map((input, i) => (
              <OneEvidence
                key={input.kind === 'query' ? input.label : `d${i}`}
                evidence={input}
                runId={runId}
              />
            ))}
          </div>
        </details>
      )}
    </article>
  );
}
