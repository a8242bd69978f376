// File → dataset version: the content-addressed store, the readers, and what the columns mean.
export { datasetVersionId, findDatasetVersion } from './dataset-store.ts';
export { guessNote } from './decode/readable-table.ts';
export {
  type BasePart,
  type IngestedFiles,
  type IngestFilesRequest,
  ingestFiles,
  type NamedFile,
  type ReceivedFile,
} from './ingest-files.ts';
export { knownAnswers } from './kept-facts.ts';
export type { IngestProgress } from './make-part.ts';
export { findPart, partIdOf, type StoredPart, verifyPart } from './part-store.ts';
export {
  type FileBeginning,
  type FilesPreview,
  type PreviewedUpload,
  previewFiles,
} from './preview-files.ts';
export { receiveSent, receiveUpload, type Upload, verifyBlob } from './receive-upload.ts';
export { applyRemembered, applyRoleFlags } from './roles/index.ts';
export type { RoleRequest } from './roles-of-parts.ts';
export type { SeenColumn, SeenSoFar } from './seen-so-far.ts';
export { unknownColumn } from './unknown-column.ts';
export { openPackage, type PackagePart } from './zip/open-package.ts';
