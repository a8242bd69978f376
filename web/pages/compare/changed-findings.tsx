import { formatProbability, formatValue } from '../../../src/report/format-value.ts';
import type { RunComparison } from '../../api/types.ts';

type Changed = RunComparison['findings']['changed'][number];
type Value = Changed['changes'][number]['a'];

const OF_ESTIMATE = ['estimate', 'interval_low', 'interval_high'];

/** Findings of both runs that say something else: what of each, in A and in B. `hrefOf`: where B tells one. */
export function ChangedFindings(props: {
  readonly changed: readonly Changed[];
  hrefOf(title: string): string;
}) {
  return (
    <ul class="told">
      {props.changed.map((one) => (
        <li key={one.id}>
          <a class="any" href={props.hrefOf(one.b.title)}>
            {one.b.title}
          </a>
          <Changes of={one} />
        </li>
      ))}
    </ul>
  );
}

/** Its numbers; where none changed, or on demand, what each run says. */
function Changes({ of }: { readonly of: Changed }) {
  const numbers = of.changes.filter(({ what }) => what !== 'statement' && what !== 'items');
  return (
    <div class="small">
      {numbers.length > 0 && (
        <p class="facts-line">
          {numbers.map(({ what, a, b }) => (
            <span key={what}>
              {what.replaceAll('_', ' ')} {beforeAndAfter(what, a, b, of.unit)}
            </span>
          ))}
        </p>
      )}
      <details open={numbers.length === 0}>
        <summary>What each says</summary>
        <dl class="pairs">
          <dt>A</dt>
          <dd class="any">{of.a.statement}</dd>
          <dt>B</dt>
          <dd class="any">{of.b.statement}</dd>
        </dl>
      </details>
    </div>
  );
}

/** `239 h → 240 h`; in full where the short texts are the same. */
function beforeAndAfter(what: string, a: Value, b: Value, unit: string | null): string {
  const [before, after] = [shownOf(what, a, unit), shownOf(what, b, unit)];
  if (before.text !== after.text) return `${before.text} → ${after.text}`;
  return `${before.full ?? before.text} → ${after.full ?? after.text}`;
}

/** In its unit where it is an estimate. */
function shownOf(what: string, value: Value, unit: string | null) {
  if (what === 'q_value' && typeof value === 'number')
    return { text: formatProbability(value), full: String(value) };
  // Numbers of any size are kept as text.
  if (unit === 's' && OF_ESTIMATE.includes(what) && Number.isFinite(Number(value ?? Number.NaN)))
    return { ...formatValue({ value: Number(value), unit }), full: `${value} s` };
  return formatValue({ value, ...(OF_ESTIMATE.includes(what) && unit !== null && { unit }) });
}
