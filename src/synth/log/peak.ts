import { exponential } from '../elementary.ts';

/** How much work the busiest hour of a working day of the close brings. */
export interface PeakLoad {
  readonly hour: number;
  /** Work that is queued in that hour, in hours of one slot per hour (erlang). */
  readonly erlang: number;
  /** Mean service time of all runs on those days, in seconds. */
  readonly meanService: number;
}

/** Probability that a run waits in M/M/c with c slots and `erlang` of work (Erlang's C formula); 1 where it overflows. */
export function erlangC(slots: number, erlang: number): number {
  if (erlang >= slots) return 1;
  let blocked = 1;
  for (let k = 1; k <= slots; k += 1) blocked = (erlang * blocked) / (k + erlang * blocked);
  return blocked / (1 - (erlang / slots) * (1 - blocked));
}

/** Servers that keep waits over a minute below one run in two hundred in the busiest hour, by M/M/c. */
export function enoughServers({ erlang, meanService }: PeakLoad, slots: number): number {
  const overMinute = (c: number): number =>
    erlangC(c, erlang) * exponential((-(c - erlang) * 60) / meanService);
  let servers = 1;
  while (erlang >= servers * slots || overMinute(servers * slots) > 0.005) servers += 1;
  return servers;
}
