import type { Cell } from '../../../contract/index.ts';

/** How a text holds parameters: `key=value` with something between, or a JSON object. */
export type ParameterFormat =
  | { readonly kind: 'pairs'; readonly separator: string; readonly assign: '=' | ':' }
  | { readonly kind: 'json' };

type Pairs = Extract<ParameterFormat, { kind: 'pairs' }>;

/** Those that stand first win a tie. A value may hold a separator of the first kind, as long as keys can be told. */
const LOOSE = [';', '|', '&', '\n'];
const STRICT = [',', ' '];
const KEY = /^\s*-{0,2}["']?[\p{L}_][^=:;|&\n]{0,79}$/u;
const JSON_OBJECT = /^\s*\{\s*("|\})/;
/** Less of the looked-at values, and the column holds something else. */
const MOST = 0.8;

/** The format in which the looked-at texts of a column hold parameters; undefined where most of them hold none. */
export function parameterFormat(sample: readonly Cell[]): ParameterFormat | undefined {
  const texts = sample.filter((cell) => cell !== null && cell.trim() !== '');
  const objects = texts.filter((text) => JSON_OBJECT.test(text ?? '')).length;
  if (objects > 0 && objects >= texts.length * MOST) return { kind: 'json' };
  let best: { readonly format: Pairs; readonly pairs: number } | undefined;
  for (const format of pairFormats()) {
    const read = texts.map((text) => pairsIn(text ?? '', format));
    const readable = read.filter((pairs) => pairs > 0).length;
    const pairs = read.reduce((sum, n) => sum + n, 0);
    if (readable === 0 || readable < texts.length * MOST) continue;
    if (best === undefined || pairs > best.pairs) best = { format, pairs };
  }
  return best?.format;
}

function pairFormats(): Pairs[] {
  return (['=', ':'] as const).flatMap((assign) =>
    [...LOOSE, ...STRICT].map((separator): Pairs => ({ kind: 'pairs', separator, assign })),
  );
}

/** How many pairs a text holds in a format; 0 where it does not read as one. */
function pairsIn(text: string, { separator, assign }: Pairs): number {
  const pieces = text.split(separator).filter((piece) => piece.trim() !== '');
  const isPair = (piece: string) => piece.includes(assign) && KEY.test(piece.slice(0, piece.indexOf(assign)));
  const pairs = pieces.filter(isPair).length;
  const enough = LOOSE.includes(separator)
    ? pieces[0] !== undefined && isPair(pieces[0]) && pairs * 2 >= pieces.length
    : pairs === pieces.length;
  return enough ? pairs : 0;
}
