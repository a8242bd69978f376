import type { Encoding } from '../../../src/contract/index.ts';
import type { UploadPreview } from '../../api/types.ts';

/** What encodings are called, the likely ones first. */
export const ENCODINGS: Readonly<Record<Encoding, string>> = {
  'utf-8': 'UTF-8',
  'windows-1252': 'Windows-1252 (Western)',
  'utf-16le': 'UTF-16 LE (Excel "Unicode")',
  'utf-16be': 'UTF-16 BE',
  'iso-8859-1': 'ISO 8859-1 (Latin 1)',
  'iso-8859-15': 'ISO 8859-15 (Latin 9)',
  cp850: 'DOS 850 (Western)',
  cp858: 'DOS 858 (850 with €)',
  cp437: 'DOS 437 (American)',
  'windows-1250': 'Windows-1250 (Central European)',
  'iso-8859-2': 'ISO 8859-2 (Latin 2)',
  cp852: 'DOS 852 (Central European)',
  'windows-1251': 'Windows-1251 (Cyrillic)',
  'iso-8859-5': 'ISO 8859-5 (Cyrillic)',
  'koi8-r': 'KOI8-R (Russian)',
  cp866: 'DOS 866 (Cyrillic)',
  cp855: 'DOS 855 (Cyrillic)',
  'windows-1253': 'Windows-1253 (Greek)',
  'iso-8859-7': 'ISO 8859-7 (Greek)',
  'windows-1254': 'Windows-1254 (Turkish)',
  'iso-8859-9': 'ISO 8859-9 (Turkish)',
  cp857: 'DOS 857 (Turkish)',
  'windows-1255': 'Windows-1255 (Hebrew)',
  'windows-1256': 'Windows-1256 (Arabic)',
  'windows-1257': 'Windows-1257 (Baltic)',
  'iso-8859-13': 'ISO 8859-13 (Baltic)',
  'windows-1258': 'Windows-1258 (Vietnamese)',
  'windows-874': 'Windows-874 (Thai)',
  shift_jis: 'Shift JIS (Japanese)',
  gbk: 'GBK (simplified Chinese)',
  big5: 'Big5 (traditional Chinese)',
  'euc-kr': 'EUC-KR (Korean)',
};

/** What the encoding of a file of text is called, without whose it is; undefined of no file. */
export function encodingOf(file: UploadPreview['files'][number]): string;
export function encodingOf(file: UploadPreview['files'][number] | undefined): string | undefined;
export function encodingOf(file: UploadPreview['files'][number] | undefined): string | undefined {
  return file && ENCODINGS[file.encoding?.name ?? 'utf-8'].replace(/ \(.*/, '');
}
