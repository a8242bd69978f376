import { formatShare } from '../../src/report/format-value.ts';
import type { ColumnType, RoleBinding } from '../api/types.ts';
import { Badge } from './status.tsx';

/** A type in one word: `decimal(10,2)`. */
export function typeText(type: ColumnType): string {
  return type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : type.kind;
}

/** The roles of a column, how sure each is, and on hover why. */
export function Roles({ roles }: { readonly roles: readonly RoleBinding[] }) {
  if (roles.length === 0) return <span class="quiet">none</span>;
  return (
    <span class="badges">
      {roles.map(({ role, source, confidence, reasons }) => (
        <Badge
          key={role}
          text={source === 'inferred' ? `${role} ${formatShare(confidence)}` : `${role}, ${SOURCES[source]}`}
          title={reasons.join('; ')}
          {...(source !== 'inferred' && { tone: 'accent' })}
        />
      ))}
    </span>
  );
}

const SOURCES = { flag: 'as you said', confirmed: 'confirmed before' } as const;

/** Why the roles are what they are, for everybody: what a hover shows only some. */
export function RoleReasons({ roles }: { readonly roles: readonly RoleBinding[] }) {
  const reasons = [...new Set(roles.flatMap((role) => role.reasons))];
  if (reasons.length === 0) return null;
  return (
    <details class="small">
      <summary>why</summary>
      <ul>
        {reasons.map((reason) => (
          <li key={reason} class="any">
            {reason}
          </li>
        ))}
      </ul>
    </details>
  );
}
