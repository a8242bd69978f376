import { expect, test } from 'vitest';
import { attributeText } from '../../../src/ingest/xlsx/xml-attributes.ts';
import { xmlScanner } from '../../../src/ingest/xlsx/xml-scanner.ts';
import { textOf, XmlError } from '../../../src/ingest/xlsx/xml-text.ts';

const NAMES = ['sst', 'si', 't', 'r'];
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

/** What a scanner tells of a document that comes in these pieces. */
function events(...pieces: Buffer[]): string[] {
  const told: string[] = [];
  const scanner = xmlScanner(NAMES, {
    open: (element, attributes) => told.push(`<${NAMES[element] ?? '?'} a=${attributeText(attributes, 'a')}`),
    close: (element) => told.push(`/${NAMES[element] ?? '?'}`),
    text: (bytes, start, end, form) => {
      told.push(textOf(bytes, start, end, form));
    },
  });
  for (const piece of pieces) scanner.write(piece);
  scanner.end();
  return told;
}

const document = Buffer.from(
  `\ufeff<?xml version="1.0"?>\n<!-- <no> --><x:sst xmlns:x="${MAIN}" count='1'>\r\n<x:si a = "1 &gt; 0 >"><x:t>ä &lt; 東\r\n&#x41;</x:t ></x:si>` +
    `<x:si/><si a='"'/><o:t xmlns:o="other">no</o:t><x:t><![CDATA[<&amp;]]]]><![CDATA[>]]></x:t></x:sst>\n<!-- end -->`,
);

test('tags, attributes, references, comments and CDATA; names count only with the prefix of the root', () => {
  expect(events(document)).toEqual([
    '<sst a=undefined',
    '\n',
    ...['<si a=1 > 0 >', '<t a=undefined', 'ä < 東\nA', '/t', '/si'],
    ...['<si a=undefined', '/si', '<? a="', '/?', '<? a=undefined', 'no', '/?'],
    ...['<t a=undefined', '<&amp;]]', '>', '/t', '/sst'],
  ]);
});

test('it tells the same wherever the document is cut', () => {
  const whole = events(document);
  for (let cut = 0; cut <= document.length; cut++) {
    expect(events(document.subarray(0, cut), document.subarray(cut)), `cut at ${cut}`).toEqual(whole);
  }
  expect(events(...[...document].map((byte) => Buffer.from([byte])))).toEqual(whole);
});

const broken: Readonly<Record<string, string>> = {
  'a document type': '<!DOCTYPE sst [<!ENTITY a "b">]><sst/>',
  'another root': '<html/>',
  'another namespace': '<sst xmlns="urn:other"/>',
  'no root': '<!-- nothing -->',
  'a second root': '<sst/><sst/>',
  'text around the root': '<sst/>more',
  'an end in the middle': '<sst><si>',
  'an end in a tag': '<sst><si a="',
  'an end tag too many': '<sst></si></sst>',
  'end tags in the wrong order': '<sst><si><t></si></t></sst>',
  'an attribute without quotes': '<sst a=1/>',
  'an attribute without a value': '<sst a/>',
  'a tag in an attribute': '<sst a="<"/>',
  'an unknown entity': '<sst><t>&bomb;</t></sst>',
  'a reference to no character': '<sst><t>&#0;</t></sst>',
  'deep nesting': `<sst>${'<t>'.repeat(100)}`,
  'too many attributes': `<sst ${Array.from({ length: 200 }, (_, i) => `a${i}="1"`).join(' ')}/>`,
};

for (const [what, text] of Object.entries(broken)) {
  test(`it refuses ${what}`, () => {
    expect(() => events(Buffer.from(text))).toThrow(XmlError);
  });
}

test('it refuses text that is not UTF-8', () => {
  expect(() => events(Buffer.from('<sst><t>caf\xe9</t></sst>', 'latin1'))).toThrow('UTF-8');
});

test('it refuses a token that grows without an end while the beginning of it is all that it holds', () => {
  const blocks = Array.from({ length: 20 }, () => Buffer.alloc(1 << 16, 'a'));
  for (const start of ['<sst><t>', '<sst><t a="', '<sst><!--']) {
    expect(() => events(Buffer.from(start), ...blocks)).toThrow('longer than any cell');
  }
});
