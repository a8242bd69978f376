/** Elements of a drawing that carry nothing but shape and text. */
const ELEMENTS = new Set([
  'svg',
  'g',
  'path',
  'rect',
  'line',
  'circle',
  'text',
  'tspan',
  'defs',
  'clipPath',
  'linearGradient',
  'radialGradient',
  'stop',
]);

const ATTRIBUTES = new Set([
  ...[
    'width',
    'height',
    'viewBox',
    'transform',
    'd',
    'x',
    'y',
    'x1',
    'y1',
    'x2',
    'y2',
    'cx',
    'cy',
    'r',
    'dx',
    'dy',
  ],
  ...['fill', 'fill-opacity', 'fill-rule', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-dasharray'],
  ...[
    'stroke-linecap',
    'stroke-linejoin',
    'stroke-miterlimit',
    'opacity',
    'text-anchor',
    'font-size',
    'font-weight',
  ],
  ...['font-style', 'offset', 'stop-color', 'stop-opacity', 'id', 'clip-path', 'gradientUnits'],
]);

/** What an attribute means where it is absent. */
const DEFAULTS: Readonly<Record<string, string>> = {
  opacity: '1',
  'stroke-width': '1',
  'stroke-miterlimit': '4',
  'text-anchor': 'start',
  'font-weight': 'normal',
  x2: '0',
  y2: '0',
  transform: 'translate(0,0)',
};

const COLOUR =
  /^(#[0-9a-fA-F]{3,8}|[a-zA-Z]{1,30}|var\(--[a-z0-9-]+\)|rgba?\([0-9., %]+\)|hsla?\([0-9., %]+\))$/;
const LOCAL_REFERENCE = /^url\(#([A-Za-z0-9_-]+)\)$/;
const NUMBERS = /-?\d*\.\d{3,}(?:e-?\d+)?/g;

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (Element | string)[];
}

/** What stands at the top of the drawing for those who don't see it. */
export interface SvgLabel {
  /** Unique in the page; prefix of every id inside. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

/**
 * Rebuilds an SVG text from an allowlist of elements and attributes: no script, no style, no link, no reference that
 * leaves the drawing; ids made unique; numbers at two decimals; runs of like shapes joined into one.
 * Expects the well-formed markup that Vega writes; throws on anything else.
 */
export function cleanSvg(svg: string, label: SvgLabel): string {
  const root = parse(svg);
  if (root.name !== 'svg') throw new Error('a chart did not become an SVG element');
  const { width = '0', height = '0', viewBox = `0 0 ${width} ${height}` } = root.attributes;
  const names = new Map<string, string>();
  const inner = root.children.map((child) => write(child, label.id, names)).join('');
  const title = `<title id="${label.id}-t">${escapeXml(label.title)}</title>`;
  const description =
    label.description === '' ? '' : `<desc id="${label.id}-d">${escapeXml(label.description)}</desc>`;
  const labelledBy = label.description === '' ? `${label.id}-t` : `${label.id}-t ${label.id}-d`;
  return (
    `<svg role="img" aria-labelledby="${labelledBy}" width="${number(width)}" height="${number(height)}" ` +
    `viewBox="${escapeXml(shortNumbers(viewBox))}">${title}${description}${inner}</svg>`
  );
}

function parse(svg: string): Element {
  const top: Element = { name: '', attributes: {}, children: [] };
  const open = [top];
  const token = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  let end = 0;
  for (let match = token.exec(svg); match !== null; match = token.exec(svg)) {
    end = token.lastIndex;
    const [, closing, name, attributes = '', selfClosing, text] = match;
    const parent = open.at(-1);
    if (parent === undefined) throw new Error('unbalanced SVG');
    if (text !== undefined) parent.children.push(unescapeXml(text));
    else if (closing === '/') {
      if (open.pop()?.name !== name) throw new Error('unbalanced SVG');
    } else if (name !== undefined) {
      const element: Element = { name, attributes: parseAttributes(attributes), children: [] };
      parent.children.push(element);
      if (selfClosing !== '/') open.push(element);
    }
  }
  const [root] = top.children;
  if (end !== svg.length || open.length !== 1 || root === undefined || typeof root === 'string') {
    throw new Error('a chart is not well-formed SVG');
  }
  return root;
}

function parseAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name, value] of text.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (name !== undefined) attributes[name] = unescapeXml(value ?? '');
  }
  return attributes;
}

function write(node: Element | string, prefix: string, names: Map<string, string>): string {
  if (typeof node === 'string') return escapeXml(node);
  const { display, opacity } = node.attributes;
  if (!ELEMENTS.has(node.name) || display === 'none' || opacity === '0') return '';
  if (node.name === 'path' && (node.attributes['d'] ?? '') === '') return '';
  const attributes = writeAttributes(node, prefix, names);
  const children = joinPaths(node.children)
    .map((child) => write(child, prefix, names))
    .join('');
  if (children === '' && (node.name === 'g' || isInvisible(node))) return '';
  if (node.name === 'g' && attributes === '') return children;
  return children === ''
    ? `<${node.name}${attributes}/>`
    : `<${node.name}${attributes}>${children}</${node.name}>`;
}

/** Vega's frames: a path that is neither filled nor stroked. */
function isInvisible(node: Element): boolean {
  const { fill, stroke, class: role } = node.attributes;
  return node.name === 'path' && (role === 'background' || role === 'foreground') && !fill && !stroke;
}

function writeAttributes(node: Element, prefix: string, names: Map<string, string>): string {
  let text = '';
  for (const [name, value] of Object.entries(node.attributes)) {
    const kept =
      ATTRIBUTES.has(name) && DEFAULTS[name] !== value
        ? attributeValue(name, value, prefix, names)
        : undefined;
    if (kept !== undefined) text += ` ${name}="${escapeXml(kept)}"`;
  }
  return text;
}

function attributeValue(
  name: string,
  value: string,
  prefix: string,
  names: Map<string, string>,
): string | undefined {
  if (name === 'id') return localName(value, prefix, names);
  const reference = LOCAL_REFERENCE.exec(value)?.[1];
  if (reference !== undefined) return `url(#${localName(reference, prefix, names)})`;
  if (name === 'clip-path') return undefined;
  if (name === 'fill' || name === 'stroke' || name === 'stop-color')
    return COLOUR.test(value) ? value : undefined;
  return shortNumbers(value);
}

/** Ids get numbers in order of appearance, so that what was drawn before can't change them. */
function localName(id: string, prefix: string, names: Map<string, string>): string {
  const known = names.get(id);
  if (known !== undefined) return known;
  const name = `${prefix}-${names.size + 1}`;
  names.set(id, name);
  return name;
}

/** Neighbouring opaque paths that differ in shape only become one path. */
function joinPaths(children: readonly (Element | string)[]): (Element | string)[] {
  const joined: (Element | string)[] = [];
  for (const child of children) {
    const last = joined.at(-1);
    const both =
      last !== undefined && typeof last !== 'string' && typeof child !== 'string' && canJoin(last, child);
    if (!both) {
      joined.push(child);
      continue;
    }
    const d = `${last.attributes['d'] ?? ''}${child.attributes['d'] ?? ''}`;
    joined[joined.length - 1] = { ...last, attributes: { ...last.attributes, d } };
  }
  return joined;
}

function canJoin(a: Element, b: Element): boolean {
  if (a.name !== 'path' || b.name !== 'path') return false;
  const { d: first = '', ...restA } = a.attributes;
  const { d: second = '', ...restB } = b.attributes;
  const sameLook = JSON.stringify(restA) === JSON.stringify(restB);
  const opaque = !Object.keys(restA).some((name) => name.includes('opacity') || name === 'transform');
  return sameLook && opaque && /^M/.test(first) && /^M/.test(second);
}

function shortNumbers(text: string): string {
  return text.replace(NUMBERS, (digits) => number(digits));
}

function number(text: string): string {
  const rounded = Math.round(Number(text) * 100) / 100;
  return String(Object.is(rounded, -0) ? 0 : rounded);
}

/** A text that XML can carry: marks escaped, control characters shown as their pictures. */
export function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, (c) =>
      String.fromCharCode(0x2400 + c.charCodeAt(0)),
    )
    .replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function unescapeXml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
