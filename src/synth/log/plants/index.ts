import type { LogPlant } from '../plant.ts';
import { frequentNotificationJob, hourPileup, userMonopoly } from './by-the-clock.ts';
import { cappedJob, heavyServer, slowServer, tooFewServers } from './capacity.ts';
import { dependencyLag, slowVariant } from './chains.ts';
import { clockViolations } from './clock.ts';
import { closeContention, closeSlowdown, closeUplift } from './in-the-close.ts';
import { arrivalJump, durationDrift } from './over-time.ts';
import { duplicateReruns, failingRetries, unbatchedPayouts } from './repetition.ts';

/** Everything that can be planted in a process log. The number of servers is settled first: others scale with it. */
export const LOG_PLANTS: readonly LogPlant[] = [
  tooFewServers,
  slowServer,
  heavyServer,
  cappedJob,
  frequentNotificationJob,
  unbatchedPayouts,
  duplicateReruns,
  failingRetries,
  hourPileup,
  userMonopoly,
  closeSlowdown,
  closeUplift,
  closeContention,
  dependencyLag,
  slowVariant,
  durationDrift,
  arrivalJump,
  clockViolations,
];

/** The three answers that the operator already knows. */
export const USUAL_LOG_PLANTS = [
  'too_few_servers',
  'frequent_notification_job',
  'unbatched_payouts',
] as const;
