import { TextDecoder } from 'node:util';
import { XmlError } from './xml-text.ts';

/** A part's bytes as UTF-8, whatever Unicode or other encoding its XML is written in. Throws `XmlError`. */
export async function* utf8Stream(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let decoder: TextDecoder | undefined;
  let first = true;
  for await (const block of blocks) {
    if (first) decoder = decoderOf(block);
    first = false;
    if (decoder === undefined) yield block;
    else yield Buffer.from(decoder.decode(block, { stream: true }));
  }
  if (decoder !== undefined) yield Buffer.from(decoder.decode());
}

/** Undefined for UTF-8. */
function decoderOf(start: Buffer): TextDecoder | undefined {
  const label = encodingOf(start);
  if (/^(utf-?8|us-ascii|ascii)$/i.test(label)) return undefined;
  try {
    return new TextDecoder(label);
  } catch {
    throw new XmlError(`its encoding "${label}" is not known`);
  }
}

function encodingOf(start: Buffer): string {
  if ((start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0x3c && start[1] === 0)) return 'utf-16le';
  if ((start[0] === 0xfe && start[1] === 0xff) || (start[0] === 0 && start[1] === 0x3c)) return 'utf-16be';
  const declaration = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]{1,40})["']/;
  return declaration.exec(start.toString('latin1', 0, 200).replace(/^\xef\xbb\xbf/, ''))?.[1] ?? 'utf-8';
}
