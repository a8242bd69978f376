import { messageOf } from '../base/index.ts';
import { parseUntrusted } from '../plugin-host/index.ts';
import { svgProblem } from './check-svg.ts';

interface MediaType {
  readonly extensions: readonly string[];
  /** Why bytes are not of this type; undefined where they are. */
  readonly problem: (content: Uint8Array) => string | undefined;
}

/**
 * What an artifact may be, and how that is told from its bytes. There is no type for bytes of any kind, and none that
 * a browser would run: whoever opens an artifact should know what it is.
 */
const MEDIA_TYPES: Readonly<Record<string, MediaType>> = {
  'text/plain': { extensions: ['txt', 'log'], problem: asText() },
  'text/markdown': { extensions: ['md'], problem: asText() },
  'text/csv': { extensions: ['csv'], problem: asText() },
  'text/tab-separated-values': { extensions: ['tsv'], problem: asText() },
  'application/json': { extensions: ['json'], problem: jsonProblem },
  'application/x-ndjson': { extensions: ['ndjson', 'jsonl'], problem: linesProblem },
  'application/vnd.apache.parquet': { extensions: ['parquet'], problem: between('PAR1', 'PAR1') },
  'application/vnd.apache.arrow.file': { extensions: ['arrow'], problem: between('ARROW1', 'ARROW1') },
  'application/zip': { extensions: ['zip'], problem: between('PK\u0003\u0004', '') },
  'image/png': { extensions: ['png'], problem: between('\u0089PNG\r\n\u001a\n', '') },
  'image/jpeg': { extensions: ['jpg', 'jpeg'], problem: between('\u00ff\u00d8\u00ff', '') },
  'image/svg+xml': { extensions: ['svg'], problem: asText(svgProblem) },
};

/** Why an artifact is not what it says it is; undefined where name, type and bytes fit. */
export function mediaTypeProblem(name: string, mediaType: string, content: Uint8Array): string | undefined {
  const type = MEDIA_TYPES[Object.hasOwn(MEDIA_TYPES, mediaType) ? mediaType : ''];
  if (type === undefined) {
    return `${mediaType} is no media type that an artifact can have (${Object.keys(MEDIA_TYPES).join(', ')})`;
  }
  const extension = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
  if (!type.extensions.includes(extension)) {
    return `a file of the type ${mediaType} is called *.${type.extensions.join(' or *.')}`;
  }
  const problem = type.problem(content);
  return problem === undefined ? undefined : `it is no ${mediaType}: ${problem}`;
}

/** A check of bytes that have to be text, and then to pass this. */
function asText(check: (text: string) => string | undefined = () => undefined) {
  return (content: Uint8Array): string | undefined => {
    const text = textIn(content);
    if (text === undefined) return 'it is not UTF-8';
    return text.includes('\0') ? 'it has a NUL character' : check(text);
  };
}

function textIn(content: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return undefined;
  }
}

function jsonProblem(content: Uint8Array): string | undefined {
  try {
    parseUntrusted(content);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function linesProblem(content: Uint8Array): string | undefined {
  const encoder = new TextEncoder();
  const check = (text: string): string | undefined => {
    for (const [i, line] of text.split('\n').entries()) {
      const problem = line === '' ? undefined : jsonProblem(encoder.encode(line));
      if (problem !== undefined) return `line ${i + 1}: ${problem}`;
    }
    return undefined;
  };
  return asText(check)(content);
}

/** A check of bytes that have to begin and end so (as Latin-1). */
function between(first: string, last: string) {
  return (content: Uint8Array): string | undefined => {
    const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
    const begins = bytes.subarray(0, first.length).equals(Buffer.from(first, 'latin1'));
    const ends = bytes.subarray(Math.max(0, bytes.length - last.length)).equals(Buffer.from(last, 'latin1'));
    const long = bytes.length >= first.length + last.length;
    return begins && ends && long ? undefined : 'its bytes say so';
  };
}
