// A plugin as one file that can be mailed: what a bundle holds, made from its parts and checked against itself.
export { BUNDLE_DOCUMENT, CODE, MANIFEST, README } from './bundle-files.ts';
export { type BundleMember, type CheckedBundle, checkBundle } from './check-bundle.ts';
export { pluginCodeHash } from './code-hash.ts';
export { makeBundle, type PackedMember } from './make-bundle.ts';
