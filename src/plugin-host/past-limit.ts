import type { LimitName } from '../contract/index.ts';

/** A question that ends the execution at a limit: the plugin does not hear of it, for it could go on in another way. */
export class PastLimit extends Error {
  readonly limit: LimitName;

  constructor(limit: LimitName) {
    super(limit);
    this.limit = limit;
  }
}
