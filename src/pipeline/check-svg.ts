import { SaxesParser, type SaxesTagNS } from 'saxes';

/** Elements of a drawing that stands still: nothing that runs, loads, links or shows another document. */
const ELEMENTS = new Set([
  ...['svg', 'g', 'defs', 'symbol', 'use', 'title', 'desc', 'style', 'switch', 'image'],
  ...['path', 'rect', 'circle', 'ellipse', 'line', 'polyline', 'polygon', 'text', 'tspan', 'textPath'],
  ...['clipPath', 'mask', 'pattern', 'marker', 'linearGradient', 'radialGradient', 'stop', 'filter'],
  ...['feBlend', 'feColorMatrix', 'feComponentTransfer', 'feComposite', 'feDropShadow', 'feFlood', 'feFuncA'],
  ...[
    'feFuncB',
    'feFuncG',
    'feFuncR',
    'feGaussianBlur',
    'feMerge',
    'feMergeNode',
    'feMorphology',
    'feOffset',
  ],
]);
const SVG = 'http://www.w3.org/2000/svg';
/** What a reference may be: a part of the same drawing, or the bytes of a picture themselves. */
const OWN = /^\s*(#|data:image\/(png|jpeg|gif|webp);base64,)/i;
/** Attributes that are read as CSS. */
const CSS = /^(style|fill|stroke|filter|mask|cursor|clip-path|marker(-start|-mid|-end)?)$/i;
const URL_IN_CSS = /url\(\s*["']?([^"')]*)/gi;

/** Why a text is no drawing that can be shown without harm: a reference that leads out of it, a script; undefined if it is one. */
export function svgProblem(text: string): string | undefined {
  const parser = new SaxesParser({ xmlns: true });
  let problem: string | undefined;
  const found = (what: string | undefined): void => {
    problem ??= what;
  };
  let styles = 0;
  parser.on('error', () => found('it is no XML'));
  parser.on('doctype', () => found('it has a document type'));
  parser.on('processinginstruction', () => found('it has a processing instruction'));
  let root: string | undefined;
  parser.on('opentag', (tag) => {
    root ??= tag.local;
    found(tagProblem(tag));
    if (tag.local === 'style') styles += 1;
  });
  parser.on('closetag', (tag) => {
    if (tag.local === 'style') styles -= 1;
  });
  const inStyle = (css: string): void => {
    if (styles > 0) found(cssProblem(css));
  };
  parser.on('text', inStyle);
  parser.on('cdata', inStyle);
  try {
    parser.write(text).close();
  } catch {
    found('it is no XML');
  }
  return problem ?? (root === 'svg' ? undefined : 'its root is not <svg>');
}

function tagProblem({ local, uri, attributes }: SaxesTagNS): string | undefined {
  if (uri !== SVG || !ELEMENTS.has(local)) return `it has an element <${local.slice(0, 50)}>`;
  for (const { local: name, value } of Object.values(attributes)) {
    if (/^on/i.test(name)) return `it has a handler ${name.slice(0, 50)}`;
    if (/^(href|src)$/i.test(name) && !OWN.test(value)) return 'it refers to something outside itself';
    const problem = cssProblem(value, CSS.test(name));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Escapes and rules that load are looked for where CSS is read only: in other text a backslash is a backslash. */
function cssProblem(css: string, isStyle = true): string | undefined {
  for (const [, target = ''] of css.matchAll(URL_IN_CSS)) {
    if (!OWN.test(target)) return 'it refers to something outside itself';
  }
  return isStyle && /[\\@]/.test(css) ? 'its style has an escape or a rule that loads something' : undefined;
}
