// A run as one archive that anyone can check: a bag (BagIt) whose payload is a crate (RO-Crate).
export { writeArchive } from './archive.ts';
export { buildPack, type InputFiles, type PackRequest, type StoredFile } from './build-pack.ts';
export type { BagMember, PackProblem } from './check-bag.ts';
export { checkPack, type PackCheck } from './check-pack.ts';
