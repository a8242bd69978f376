// The nouns that cross a boundary, as schemas and types: dataset, plugin manifest, finding, report, run manifest.
export * from './common.ts';
export * from './config.ts';
export * from './dataset.ts';
export * from './documents.ts';
export * from './env-reference.ts';
export * from './ground-truth.ts';
export * from './plugin-manifest.ts';
export * from './plugin-output.ts';
export * from './report.ts';
export * from './repro-pack.ts';
export * from './result.ts';
export * from './roles.ts';
export * from './run-comparison.ts';
export * from './run-events.ts';
export * from './run-manifest.ts';
export * from './trace.ts';
export * from './validate.ts';
