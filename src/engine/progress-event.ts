import type { PipelineEvent } from '../pipeline/index.ts';

/** How far a command is, for those who watch. */
export type ProgressEvent =
  | PipelineEvent
  | { readonly kind: 'rows'; readonly stage: string; readonly rows: number; readonly bytes?: number };

export type OnProgress = (event: ProgressEvent) => void;
