import type { Migration } from '../migrate.ts';

/** How far something that is under way has come, for whoever watches it. */
export const progress: Migration = {
  version: 7,
  name: 'progress',
  up: `
-- JSON; gone with the activity.
ALTER TABLE activities ADD COLUMN progress TEXT;
`,
  down: `
ALTER TABLE activities DROP COLUMN progress;
`,
};
