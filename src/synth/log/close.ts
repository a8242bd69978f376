import { type CivilDate, dateOfDays, daysOfDate } from '../../base/index.ts';
import { DAY, HOUR, MINUTE, monthText } from '../civil-time.ts';
import { draws } from '../draws.ts';

/** By the calendar a close goes from day 20 to day 5 of the next month, both included. */
const FROM_DAY = 20;
const TO_DAY = 5;

/** One month-end close. */
export interface Close {
  readonly accounting_month: string;
  /** Begin of day 20. */
  readonly from: number;
  /** New jobs carry the next accounting month from here on; the close work stops. */
  readonly rolled_at: number;
}

/** When the books of each month are closed. The moments at which the accounting month rolls are drawn per month. */
export interface CloseCalendar {
  /** By the calendar: day 20 to day 5. */
  inWindow(moment: number): boolean;
  /** As it was worked: from day 20 until the accounting month rolled. */
  isWorked(moment: number): boolean;
  /** The accounting month that a job queued then carries: `2025-12`. */
  accountingMonth(moment: number): string;
  /** Closes that began in a period. */
  between(from: number, to: number): Close[];
}

export function closeCalendar(seed: string): CloseCalendar {
  const rolls = new Map<number, number>();
  const dateOf = rememberedDate();
  /** When the books of the month before this one were done. */
  function rollIn({ year, month }: CivilDate): number {
    const key = year * 12 + month;
    let roll = rolls.get(key);
    if (roll === undefined) {
      const random = draws(seed, `roll of ${monthText({ year, month })}`);
      const day = daysOfDate({ year, month, day: random.between(3, 6) });
      roll = day * DAY + random.between(14, 18) * HOUR + random.between(0, 59) * MINUTE;
      rolls.set(key, roll);
    }
    return roll;
  }
  return {
    inWindow: (moment) => isWindowDay(dateOf(moment).day),
    isWorked: (moment) => dateOf(moment).day >= FROM_DAY || moment < rollIn(dateOf(moment)),
    accountingMonth(moment) {
      const date = dateOf(moment);
      return monthText(moment < rollIn(date) ? monthBefore(date) : date);
    },
    between(from, to) {
      const closes: Close[] = [];
      for (let date = firstOf(dateOf(from)); ; date = monthAfter(date)) {
        const begin = daysOfDate({ ...date, day: FROM_DAY }) * DAY;
        if (begin >= to) return closes;
        const close = { accounting_month: monthText(date), from: begin, rolled_at: rollIn(monthAfter(date)) };
        if (begin >= from) closes.push(close);
      }
    },
  };
}

/** Whether a day of the month belongs to the close by the calendar. */
export const isWindowDay = (day: number): boolean => day >= FROM_DAY || day <= TO_DAY;

/** The date of a moment; remembers the last day, since most questions are about the same one. */
function rememberedDate(): (moment: number) => CivilDate {
  let [known, date] = [Number.NaN, dateOfDays(0)];
  return (moment) => {
    const day = Math.floor(moment / DAY);
    if (day !== known) [known, date] = [day, dateOfDays(day)];
    return date;
  };
}

const firstOf = ({ year, month }: CivilDate): CivilDate => ({ year, month, day: 1 });
const monthAfter = ({ year, month }: CivilDate): CivilDate =>
  month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 };
const monthBefore = ({ year, month }: CivilDate): CivilDate =>
  month === 1 ? { year: year - 1, month: 12, day: 1 } : { year, month: month - 1, day: 1 };
