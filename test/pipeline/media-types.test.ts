import { expect, test } from 'vitest';
import { mediaTypeProblem } from '../../src/pipeline/media-types.ts';

const bytes = (content: string | Uint8Array) =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;
const latin1 = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const svg = (inside: string, attributes = '') =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inside}</svg>`;

test.each([
  ['a.txt', 'text/plain', 'grün'],
  ['a.TXT', 'text/plain', ''],
  ['a.md', 'text/markdown', '# A'],
  ['a.csv', 'text/csv', '\ufeffa,b\r\n1,2\r\n'],
  ['a.json', 'application/json', '{"a":[1,2]}'],
  ['a.ndjson', 'application/x-ndjson', '{"a":1}\n{"a":2}\n'],
  ['a.parquet', 'application/vnd.apache.parquet', latin1('PAR1....PAR1')],
  ['a.zip', 'application/zip', latin1('PK\u0003\u0004...')],
  ['a.png', 'image/png', latin1('\u0089PNG\r\n\u001a\n...')],
  ['a.jpeg', 'image/jpeg', latin1('\u00ff\u00d8\u00ff...')],
  ['a.svg', 'image/svg+xml', svg('<g fill="url(#a)"><text aria-label="C:\\x @y">1 &lt; 2</text></g>')],
  ['a.svg', 'image/svg+xml', svg('<style>.a { fill: red }</style><use xlink:href="#b"/>')],
])('%s as %s is what it says', (name, type, content) => {
  expect(mediaTypeProblem(name, type, bytes(content))).toBeUndefined();
});

test.each([
  ['a.html', 'text/html', '<p>', 'is no media type that an artifact can have'],
  ['a.bin', 'application/octet-stream', 'x', 'is no media type that an artifact can have'],
  ['a', 'constructor', 'x', 'is no media type that an artifact can have'],
  ['a.html', 'text/plain', 'x', 'is called *.txt or *.log'],
  ['a', 'text/plain', 'x', 'is called *.txt or *.log'],
  ['a.svg.exe', 'image/svg+xml', svg(''), 'is called *.svg'],
  ['a.txt', 'text/plain', Uint8Array.of(255, 254), 'it is not UTF-8'],
  ['a.csv', 'text/csv', 'a\0b', 'it has a NUL character'],
  ['a.json', 'application/json', '{"a":NaN}', 'not JSON'],
  ['a.json', 'application/json', '{"a":1,"a":2}', 'has a key twice'],
  ['a.ndjson', 'application/x-ndjson', '{}\n{', 'line 2: this is not JSON'],
  ['a.parquet', 'application/vnd.apache.parquet', 'PAR1', 'no application/vnd.apache.parquet'],
  ['a.zip', 'application/zip', 'MZ', 'no application/zip'],
  ['a.png', 'image/png', '<svg/>', 'no image/png'],
  ['a.svg', 'image/svg+xml', '<svg', 'it is no XML'],
  ['a.svg', 'image/svg+xml', '<html xmlns="http://www.w3.org/2000/svg"/>', 'an element <html>'],
  ['a.svg', 'image/svg+xml', '<g xmlns="http://www.w3.org/2000/svg"/>', 'its root is not <svg>'],
  ['a.svg', 'image/svg+xml', svg('<script>alert(1)</script>'), 'an element <script>'],
  ['a.svg', 'image/svg+xml', svg('<s:script xmlns:s="http://www.w3.org/2000/svg"/>'), 'an element <script>'],
  ['a.svg', 'image/svg+xml', svg('<foreignObject/>'), 'an element <foreignObject>'],
  ['a.svg', 'image/svg+xml', svg('<set attributeName="href"/>'), 'an element <set>'],
  ['a.svg', 'image/svg+xml', svg('<p xmlns="http://www.w3.org/1999/xhtml"/>'), 'an element <p>'],
  ['a.svg', 'image/svg+xml', svg('', 'onload="alert(1)"'), 'a handler onload'],
  ['a.svg', 'image/svg+xml', svg('<image href="https://example.com/a.png"/>'), 'something outside itself'],
  [
    'a.svg',
    'image/svg+xml',
    svg('<use xlink:href="&#104;ttp://example.com#a"/>'),
    'something outside itself',
  ],
  [
    'a.svg',
    'image/svg+xml',
    svg('<image href="data:image/svg+xml;base64,PHN2Zy8+"/>'),
    'something outside itself',
  ],
  ['a.svg', 'image/svg+xml', svg('<g fill="url(https://example.com/#a)"/>'), 'something outside itself'],
  ['a.svg', 'image/svg+xml', svg('<g style="fill: u\\72l(http://example.com)"/>'), 'its style has'],
  ['a.svg', 'image/svg+xml', svg('<style>@import "http://example.com"</style>'), 'its style has'],
  ['a.svg', 'image/svg+xml', svg('<style><![CDATA[a{fill:url(//example.com)}]]></style>'), 'outside itself'],
  ['a.svg', 'image/svg+xml', `<!DOCTYPE svg [<!ENTITY a "b">]>${svg('')}`, 'a document type'],
  ['a.svg', 'image/svg+xml', `<?xml-stylesheet href="a.css"?>${svg('')}`, 'a processing instruction'],
  // As long as the type needs, and wrong in one character of the head or of the tail.
  ['a.parquet', 'application/vnd.apache.parquet', latin1('PAR2....PAR1'), 'its bytes say so'],
  ['a.parquet', 'application/vnd.apache.parquet', latin1('PAR1....PAR2'), 'its bytes say so'],
  ['a.arrow', 'application/vnd.apache.arrow.file', latin1('ARROW2....ARROW1'), 'its bytes say so'],
  ['a.arrow', 'application/vnd.apache.arrow.file', latin1('ARROW1....ARROW2'), 'its bytes say so'],
  ['a.zip', 'application/zip', latin1('PK\u0003\u0005....'), 'its bytes say so'],
  ['a.png', 'image/png', latin1('\u0089PNG\r\n\u001a\r....'), 'its bytes say so'],
  ['a.jpeg', 'image/jpeg', latin1('\u00ff\u00d8\u00fe....'), 'its bytes say so'],
])('%s as %s is refused: %j', (name, type, content, problem) => {
  expect(mediaTypeProblem(name, type, bytes(content))).toContain(problem);
});
