/** The one instant that a plugin sees: 2000-01-01T00:00:00Z, in milliseconds. */
const INSTANT = 946_684_800_000;

/** Stops every clock: Date, performance, Temporal, and the default of Intl.DateTimeFormat. */
export function freezeClock(): void {
  freezeDate();
  freezeFormats();
  freezePerformance();
  freezeTemporal();
}

function freezeDate(): void {
  const RealDate = Date;
  const FrozenDate = new Proxy(RealDate, {
    apply: () => new RealDate(INSTANT).toString(),
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length ? args : [INSTANT], newTarget),
  });
  RealDate.now = () => INSTANT;
  RealDate.prototype.constructor = FrozenDate;
  replace(globalThis, 'Date', FrozenDate);
}

function freezeFormats(): void {
  const prototype = Intl.DateTimeFormat.prototype;
  const { formatToParts } = prototype;
  const format = Object.getOwnPropertyDescriptor(prototype, 'format')?.get;
  replace(prototype, 'formatToParts', function (this: Intl.DateTimeFormat, date?: Date | number) {
    return formatToParts.call(this, date ?? INSTANT);
  });
  Object.defineProperty(prototype, 'format', {
    configurable: true,
    get(this: Intl.DateTimeFormat) {
      const real: (date: Date | number) => string = format?.call(this);
      return (date?: Date | number) => real(date ?? INSTANT);
    },
  });
}

function freezePerformance(): void {
  replace(globalThis, 'performance', { now: () => 0, timeOrigin: INSTANT, mark() {}, measure() {} });
}

function freezeTemporal(): void {
  const temporal: unknown = Reflect.get(globalThis, 'Temporal');
  if (temporal === undefined) return;
  // The runtime's types don't know Temporal yet; what is used of it is written down here.
  const { Now, Instant } = temporal as {
    Now: object;
    Instant: { fromEpochMilliseconds(ms: number): { toZonedDateTimeISO(zone: unknown): ZonedDateTime } };
  };
  const zoned = (zone: unknown = 'UTC') => Instant.fromEpochMilliseconds(INSTANT).toZonedDateTimeISO(zone);
  replace(Now, 'instant', () => Instant.fromEpochMilliseconds(INSTANT));
  replace(Now, 'timeZoneId', () => 'UTC');
  replace(Now, 'zonedDateTimeISO', zoned);
  replace(Now, 'plainDateTimeISO', (zone?: unknown) => zoned(zone).toPlainDateTime());
  replace(Now, 'plainDateISO', (zone?: unknown) => zoned(zone).toPlainDate());
  replace(Now, 'plainTimeISO', (zone?: unknown) => zoned(zone).toPlainTime());
}

interface ZonedDateTime {
  toPlainDateTime(): unknown;
  toPlainDate(): unknown;
  toPlainTime(): unknown;
}

function replace(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
}
