import { createReadStream } from 'node:fs';
import type { Json } from './canonical-json.ts';
import { byCodePoint } from './order.ts';

/** What stands where a secret stood. */
export const REDACTED = '[REDACTED]';
/** A shorter one could not be told from ordinary text: replacing it would spoil what is written. */
export const SHORTEST_SECRET = 6;

/** A value that must not be written down, under the name by which it may be spoken of. */
export interface Secret {
  readonly name: string;
  readonly value: string;
}

/** Takes secrets out of what is about to be written, in every form in which they usually get into text. */
export interface Redactor {
  /** False where there is nothing to look for. */
  readonly knowsAny: boolean;
  text(text: string): string;
  /** The texts and keys inside a JSON value. Hashes are left: no secret looks like `sha256:` and 64 digits. */
  json(value: Json): Json;
  /** The name of a secret that stands in a text or in bytes; undefined where none does. */
  findIn(content: string | Uint8Array): string | undefined;
  /** The same for a file, read block by block. */
  findInFile(path: string): Promise<string | undefined>;
}

/** A redactor for some secrets; forms that are shorter than `shortest` are not looked for. */
export function redactorOf(secrets: readonly Secret[], shortest = SHORTEST_SECRET): Redactor {
  const named = new Map<string, string>();
  for (const { name, value } of secrets) for (const form of formsOf(value, shortest)) named.set(form, name);
  // The longest first: a form that holds another is replaced whole.
  const forms = [...named.keys()].sort((a, b) => b.length - a.length || byCodePoint(a, b));
  const pattern = forms.length === 0 ? undefined : new RegExp(forms.map(escaped).join('|'), 'g');
  const bytes = forms.map((form) => Buffer.from(form));
  const longest = bytes.reduce((most, { length }) => Math.max(most, length), 0);
  const text = (from: string): string => (pattern === undefined ? from : from.replace(pattern, REDACTED));
  const findIn = (content: string | Uint8Array): string | undefined => {
    if (forms.length === 0) return undefined;
    const buffer = Buffer.from(content);
    const found = bytes.findIndex((form) => buffer.includes(form));
    return named.get(forms[found] ?? '');
  };
  return {
    knowsAny: forms.length > 0,
    text,
    json: (value) => (pattern === undefined ? value : redactedJson(value, text)),
    findIn,
    async findInFile(path) {
      if (forms.length === 0) return undefined;
      let tail = Buffer.alloc(0);
      for await (const block of createReadStream(path, { highWaterMark: 1 << 20 })) {
        const window = Buffer.concat([tail, block as Buffer]);
        const found = findIn(window);
        if (found !== undefined) return found;
        tail = Buffer.from(window.subarray(Math.max(0, window.length - longest)));
      }
      return undefined;
    },
  };
}

const HASH = /^sha256:[0-9a-f]{64}$/;

function redactedJson(value: Json, text: (from: string) => string): Json {
  if (typeof value === 'string') return HASH.test(value) ? value : text(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map((item) => redactedJson(item, text));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [text(key), redactedJson(item, text)]),
  );
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** The forms in which a value gets into text: as it is, in JSON, in an address, in HTML, in base64, in hex. */
function formsOf(value: string, shortest: number): readonly string[] {
  const lines = value.split(/\r?\n/).filter((line) => line !== value);
  const plain = [value, value.trim(), ...lines.map((line) => line.trim())];
  const forms = plain.flatMap((text) => [text, ...escapedForms(text)]);
  return [...new Set([...forms, ...encodedForms(value)])].filter(({ length }) => length >= shortest);
}

function escapedForms(text: string): string[] {
  const inJson = JSON.stringify(text).slice(1, -1);
  const ascii = inJson.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const inAddress = encodeURIComponent(text.toWellFormed());
  const inHtml = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [
    inJson,
    JSON.stringify(inJson).slice(1, -1),
    ascii,
    inAddress,
    new URLSearchParams({ k: text }).toString().slice('k='.length),
    inAddress.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    encodeURI(text.toWellFormed()),
    inHtml,
    inHtml.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    inHtml.replaceAll('"', '&quot;').replaceAll("'", '&#x27;'),
  ];
}

function encodedForms(value: string): string[] {
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].flatMap((before) => {
    const text = base64Inside(bytes, before);
    return [text, text.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [hex, hex.toUpperCase(), ...base64];
}

/** The digits of base64 that bytes have for sure when `before` bytes (modulo 3) stand before them, and any behind. */
function base64Inside(bytes: Buffer, before: number): string {
  const digits = Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const first = Math.ceil((before * 8) / 6);
  const last = Math.floor(((before + bytes.length) * 8) / 6);
  return digits.slice(first, last);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** The secrets of this process; whatever it writes goes through {@link redact}. */
const secrets = new Map<string, Secret>();
let current = redactorOf([]);

/** From now on nothing that is written holds this value. Two values of one name are both kept out. */
export function keepSecret(secret: Secret): void {
  const key = `${secret.name}=${secret.value}`;
  if (secrets.has(key)) return;
  secrets.set(key, secret);
  current = redactorOf([...secrets.values()]);
}

/** A text without the secrets of this process. */
export function redact(text: string): string {
  return current.text(text);
}

/** The redactor for the secrets of this process, as they are known now. */
export function processRedactor(): Redactor {
  return current;
}
