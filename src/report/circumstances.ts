/** What the readable reports say about the run beside its content: nothing that a rerun would change. */
export interface Circumstances {
  readonly run_fingerprint: string;
  readonly engine_version: string;
}
