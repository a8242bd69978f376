import Type, { type Static } from 'typebox';
import { closed, oneOf, patterned, Sha256Schema } from './common.ts';
import { PLUGIN_NAME } from './plugin-manifest.ts';

const Name = patterned(
  PLUGIN_NAME.source,
  'a name of small letters, digits and _ that begins with a letter',
  {
    maxLength: 100,
  },
);

/** How a field is compared. Texts with `=`, `!=` and `contains`, without regard to case; numbers with all but `contains`. */
export const COMPARISONS = ['=', '!=', '<', '<=', '>', '>=', 'contains'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/**
 * One thing that a finding must say: a field of it, or of one of its items, or a key of its target (`target.activity`),
 * compared with a value. A number is in `unit`; without one, in the unit of the field.
 */
export const FieldCondition = closed({
  field: patterned(
    '^(target\\.)?[a-z][a-z0-9_]*$',
    'the name of a field, or target. and a key of the target',
    {
      maxLength: 110,
    },
  ),
  is: oneOf(...COMPARISONS),
  value: Type.Union([Type.Number(), Type.String({ maxLength: 500 })]),
  unit: Type.Optional(Type.String({ minLength: 1, maxLength: 30 })),
});
export type FieldCondition = Static<typeof FieldCondition>;

/** What confirms a known issue: so many findings (or items of findings) of one kind of one plugin that say all of this. */
export const IssueCondition = closed({
  plugin: Name,
  kind: Name,
  where: Type.Array(FieldCondition, { maxItems: 20 }),
  count: closed({
    min: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
    max: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  }),
});
export type IssueCondition = Static<typeof IssueCondition>;

/** What the operator already believes, as a sentence, and the condition that he confirmed it to mean. */
export const KnownIssue = closed(
  {
    id: patterned('^[a-z0-9]+(-[a-z0-9]+)*$', 'small letters and digits, joined by -', { maxLength: 80 }),
    title: Type.String({ minLength: 1, maxLength: 200 }),
    sentence: Type.String({ minLength: 1, maxLength: 500 }),
    condition: IssueCondition,
    /** A run in which it is anything but confirmed says so loudly, and `erps issues check` fails. */
    strict: Type.Boolean(),
  },
  { $id: 'known_issue.v1' },
);
export type KnownIssue = Static<typeof KnownIssue>;

export const ISSUE_OUTCOMES = ['confirmed', 'missing', 'below_min', 'over_limit', 'not_evaluated'] as const;
export const IssueOutcome = oneOf(...ISSUE_OUTCOMES);
export type IssueOutcome = Static<typeof IssueOutcome>;

/** What a run says of a known issue. */
export const KnownIssueResult = closed({
  ...KnownIssue.properties,
  outcome: IssueOutcome,
  /** How many findings, or items, fit; null where nothing could be counted. */
  count: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  /** Why, in a sentence. */
  reason: Type.String(),
  /** The findings that fit, or hold an item that does, in order of rank: the first 100. */
  findings: Type.Array(Sha256Schema, { maxItems: 100 }),
});
export type KnownIssueResult = Static<typeof KnownIssueResult>;
