import { MOST_HOPEFUL_P, serialP } from '../../src/sdk/index.ts';
import type { Association } from './association.ts';
import type { Study } from './study.ts';
import type { Variable } from './subject.ts';

/** A share that is explained, with its degrees of freedom, over n rows. */
interface Explained {
  readonly share: number;
  readonly df: number;
  readonly n: number;
}

/** The larger of a test's p-value and the one that allows for rows that follow each other being alike. */
export function allowingForOrder(
  { serial }: Study,
  a: Variable,
  b: Variable,
  independent: number | undefined,
  { share, df, n }: Explained,
): Pick<Association, 'p_value' | 'designEffect'> {
  const isHopeful = (independent ?? 1) <= MOST_HOPEFUL_P && df > 0;
  // two measures explain each other; else it is the category, which comes first, that explains
  const found = isHopeful ? { share, df, isDirected: a.kind === 'category' } : undefined;
  const designEffect = serial.designEffect(a.sqlName, b.sqlName, found);
  if (independent === undefined) return { p_value: null, designEffect };
  const p_value =
    designEffect.mean > 1 ? Math.max(independent, serialP(share, df, n, designEffect)) : independent;
  return { p_value, designEffect };
}
