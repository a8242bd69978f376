/** A role: whether it binds one column or an ordered list, and what it means. */
export interface Role {
  readonly unique: boolean;
  readonly meaning: string;
}

/** Every role a column can have. docs/reference/roles.md is generated from this table. */
export const ROLES = {
  run_id: { unique: true, meaning: 'identity of the row in a process log' },
  activity: { unique: true, meaning: 'what ran: job code, or the activity of an event' },
  module: { unique: true, meaning: 'area of the ERP' },
  queued_at: { unique: true, meaning: 'when the run was asked for' },
  eligible_at: { unique: true, meaning: 'when its prerequisites were met' },
  started_at: { unique: true, meaning: 'when it started on a server' },
  ended_at: { unique: true, meaning: 'when it ended' },
  duration: { unique: true, meaning: 'how long it ran, in seconds' },
  resource: { unique: true, meaning: 'the server, or who performed an event' },
  user: { unique: true, meaning: 'who asked for the run' },
  status: { unique: true, meaning: 'code of the outcome' },
  depends_on: { unique: true, meaning: 'run id of a prerequisite' },
  parent: { unique: true, meaning: 'run id of the parent' },
  chain: { unique: true, meaning: "run id of the chain's master" },
  case: { unique: true, meaning: 'the case an event belongs to' },
  event_timestamp: { unique: true, meaning: 'when an event happened' },
  lifecycle: { unique: true, meaning: 'phase of an event: schedule, start, complete' },
  parameters: { unique: true, meaning: 'text with the parameters of a run' },
  accounting_month: { unique: true, meaning: 'the month that a run books into, as its first day' },
  schedule: { unique: true, meaning: 'the schedule that started the run' },
  priority: { unique: true, meaning: 'priority in the queue' },
  attempts: { unique: true, meaning: 'how often it was tried' },
  timestamp: { unique: false, meaning: 'a time' },
  measure: { unique: false, meaning: 'a quantity that can be summed or averaged' },
  category: { unique: false, meaning: 'a label with few values' },
  identifier: { unique: false, meaning: 'an id or code: never a measure' },
  text: { unique: false, meaning: 'free text' },
  boolean: { unique: false, meaning: 'yes or no' },
  geo: { unique: false, meaning: 'a place: latitude, longitude, country, postal code' },
  currency: { unique: false, meaning: 'the currency of an amount' },
} as const satisfies Readonly<Record<string, Role>>;

export type RoleName = keyof typeof ROLES;

export function isRoleName(name: string): name is RoleName {
  return Object.hasOwn(ROLES, name);
}
