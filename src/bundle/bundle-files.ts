/** What the bundle says of itself. */
export const BUNDLE_DOCUMENT = 'bundle.json';
/** The author's bytes. */
export const MANIFEST = 'plugin.json';
/** The one ES module that is executed. */
export const CODE = 'bundle.mjs';
/** For whoever looks into the bundle; it may be missing. */
export const README = 'README.md';

/** Every file that a bundle may hold, in the order in which they lie there, with the most bytes that each may have. */
export const BUNDLE_FILES: ReadonlyMap<string, number> = new Map([
  [BUNDLE_DOCUMENT, 64 << 10],
  [MANIFEST, 1 << 20],
  [CODE, 16 << 20],
  [README, 1 << 20],
]);
