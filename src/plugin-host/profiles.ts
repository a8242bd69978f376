import {
  type Capability,
  type Ceilings,
  type LimitName,
  type Limits,
  MAX_LOAD_MB,
  type PluginManifest,
} from '../contract/index.ts';

export type PluginType = PluginManifest['type'];

/** No runtime starts with less, on any machine: it opens some thirty files and runs a dozen threads or two. */
const ROOM = { open_files: 256, processes: 128 };

/** What a plugin of a type may have at most, where the operator says nothing else. */
const DEFAULTS: Readonly<Record<PluginType, Limits>> = {
  profile: { wall_s: 1800, cpu_s: 3600, memory_mb: 1024, output_mb: 64, ...ROOM },
  analysis: { wall_s: 3600, cpu_s: 7200, memory_mb: 2048, output_mb: 64, ...ROOM },
  report: { wall_s: 600, cpu_s: 600, memory_mb: 1024, output_mb: 256, ...ROOM },
  llm: { wall_s: 3600, cpu_s: 3600, memory_mb: 1024, output_mb: 64, ...ROOM },
};

/** What plugins of a type may use without an approval: to read the dataset and to write artifacts is what they are for. */
const CAPABILITIES: Readonly<Record<PluginType, readonly Capability[]>> = {
  profile: ['dataset.read', 'artifacts.write'],
  analysis: ['dataset.read', 'artifacts.write'],
  report: [],
  llm: [],
};

/** The operator's ceilings as the configuration has them. */
export interface LimitPolicy {
  readonly limits?: Ceilings;
  readonly profiles?: { readonly [T in PluginType]?: { readonly limits?: Ceilings } };
}

/** What the operator leaves to types of plugins, as the configuration has it. */
export interface CapabilityPolicy {
  readonly profiles?: { readonly [T in PluginType]?: { readonly capabilities?: readonly Capability[] } };
}

/** The ceilings for a type of plugin: what is said of the type, else what is said of all, else the default. */
export function ceilingsFor(type: PluginType, policy: LimitPolicy = {}): Limits {
  return { ...DEFAULTS[type], ...policy.limits, ...policy.profiles?.[type]?.limits };
}

/** What plugins of a type may use without an approval: the operator's policy takes away from it, and adds nothing. */
export function capabilitiesFor(type: PluginType, policy: CapabilityPolicy = {}): readonly Capability[] {
  const kept: readonly Capability[] = policy.profiles?.[type]?.capabilities ?? CAPABILITIES[type];
  return CAPABILITIES[type].filter((capability) => kept.includes(capability));
}

/** The limits of an execution: the lower of what its manifest asks for and what is allowed. */
export function effectiveLimits(asked: PluginManifest['limits'], ceilings: Limits): Limits {
  return {
    ...ceilings,
    wall_s: Math.min(asked.wall_s, ceilings.wall_s),
    cpu_s: Math.min(asked.cpu_s, ceilings.cpu_s),
    memory_mb: Math.min(asked.memory_mb, ceilings.memory_mb),
    output_mb: Math.min(asked.output_mb, ceilings.output_mb),
  };
}

/** Why an execution ends at a limit, in words; `what` says more exactly what of it was too much. */
export function overLimit(limit: LimitName, limits: Limits, what?: string): string {
  switch (limit) {
    case 'wall_s':
      return `wall time: more than ${limits.wall_s} s`;
    case 'cpu_s':
      return `processor time: more than ${limits.cpu_s} s`;
    case 'memory_mb':
      return `memory: more than ${limits.memory_mb} MB`;
    case 'output_mb':
      return `${what ?? 'output'}: more than ${limits.output_mb} MB`;
    case 'open_files':
      return `open files: more than ${limits.open_files}`;
    case 'processes':
      return `threads and processes: more than ${limits.processes}`;
    case 'disk_mb':
      return 'files: nothing may be written';
    case 'load_mb':
      return `full load: more than ${MAX_LOAD_MB} MB`;
    case 'calls':
      return `calls: ${what ?? 'too many'}`;
  }
}
