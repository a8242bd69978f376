/** What a member of an input has to be. */
export interface Member {
  /** Goes on after `has to be`. */
  readonly what: string;
  readonly optional?: boolean;
  fits(value: unknown): boolean;
}

export type Members<T> = { readonly [K in keyof T]-?: Member };

export const TEXT: Member = { what: 'text', fits: (value) => typeof value === 'string' };
export const TEXT_OR_BYTES: Member = {
  what: 'text or a Uint8Array',
  fits: (value) => typeof value === 'string' || value instanceof Uint8Array,
};
export const TEXTS: Member = {
  what: 'a list of texts',
  fits: (value) => Array.isArray(value) && value.every(TEXT.fits),
};

/** One of some words. */
export function wordOf(...words: readonly string[]): Member {
  return { what: `one of ${words.join(', ')}`, fits: (value) => words.some((word) => word === value) };
}

export function optional(member: Member): Member {
  return { ...member, optional: true };
}

/** Throws a TypeError that names the function and the member that is unknown, missing or of another kind. */
export function refuseMembers<T extends object>(name: string, input: T, members: Members<T>): void {
  const refuse = (reason: string): never => {
    throw new TypeError(`${name}: ${reason}`);
  };
  const known = new Map<string, Member>(Object.entries(members));
  if (typeof input !== 'object' || input === null) refuse(`takes { ${[...known.keys()].join(', ')} }`);
  const given = new Map<string, unknown>(Object.entries(input).filter(([, value]) => value !== undefined));
  for (const member of given.keys())
    if (!known.has(member)) refuse(`${member} is unknown; known: ${[...known.keys()].join(', ')}`);
  for (const [member, { what, fits, optional: mayLack }] of known) {
    if (!given.has(member)) mayLack || refuse(`${member} is missing`);
    else if (!fits(given.get(member))) refuse(`${member} has to be ${what}, got ${shown(given.get(member))}`);
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `"${value.slice(0, 80)}"`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
