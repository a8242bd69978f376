/**
 * The encodings of text that can be read, each tested byte by byte against another implementation. Those of two bytes are
 * as Windows has them: shift_jis is its code page 932, gbk 936, euc-kr 949, big5 950.
 */
export const ENCODINGS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-874',
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'windows-1253',
  'windows-1254',
  'windows-1255',
  'windows-1256',
  'windows-1257',
  'windows-1258',
  'iso-8859-1',
  'iso-8859-2',
  'iso-8859-5',
  'iso-8859-7',
  'iso-8859-9',
  'iso-8859-13',
  'iso-8859-15',
  'cp437',
  'cp850',
  'cp852',
  'cp855',
  'cp857',
  'cp858',
  'cp866',
  'koi8-r',
  'shift_jis',
  'gbk',
  'big5',
  'euc-kr',
] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Other names that programs and people use; of code pages the number alone will do. */
const ALIASES: Readonly<Record<string, Encoding>> = {
  utf8: 'utf-8',
  unicode: 'utf-16le',
  'utf-16': 'utf-16le',
  utf16: 'utf-16le',
  utf16le: 'utf-16le',
  utf16be: 'utf-16be',
  'ucs-2': 'utf-16le',
  ansi: 'windows-1252',
  latin1: 'iso-8859-1',
  'latin-1': 'iso-8859-1',
  latin2: 'iso-8859-2',
  latin9: 'iso-8859-15',
  'shift-jis': 'shift_jis',
  sjis: 'shift_jis',
  gb2312: 'gbk',
  ...codePage(932, 'shift_jis'),
  ...codePage(936, 'gbk'),
  ...codePage(949, 'euc-kr'),
  ...codePage(950, 'big5'),
  ...codePage(1200, 'utf-16le'),
  ...codePage(1201, 'utf-16be'),
  ...codePage(20866, 'koi8-r'),
  ...codePage(65001, 'utf-8'),
};

/** An encoding by any of its names, in capitals or not; undefined for one that can't be read. */
export function encodingNamed(name: string): Encoding | undefined {
  const plain = name
    .trim()
    .toLowerCase()
    .replace(/^iso[-_ ]?8859[-_]/, 'iso-8859-');
  const [, number = ''] = /^(?:cp|ibm|windows|win|code page )?[-_ ]?(\d{3,4})$/.exec(plain) ?? [];
  return [plain, `windows-${number}`, `cp${number}`].map(known).find((found) => found !== undefined);
}

function known(name: string): Encoding | undefined {
  const found = ENCODINGS.find((encoding) => encoding === name);
  return found ?? (Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined);
}

function codePage(number: number, encoding: Encoding): Record<string, Encoding> {
  return { [`cp${number}`]: encoding, [`windows-${number}`]: encoding, [String(number)]: encoding };
}
