import { HarnessError, messageOf } from '../base/index.ts';
import { tryBubblewrap } from './bubblewrap.ts';
import { findDeno } from './find-deno.ts';
import { tryWatch } from './watch-resources.ts';

/** Layers that may stand between a plugin and the machine. */
export type SandboxLayer =
  | 'deno_permissions'
  | 'runner_computed_import'
  | 'plain_globals'
  | 'bubblewrap'
  | 'process_watch'
  | 'kernel_limits'
  | 'wall_clock';

/** A layer, and why it is not in force where it is not. */
export interface LayerState {
  readonly layer: SandboxLayer;
  readonly in_force: boolean;
  /** Empty where it is in force. */
  readonly why_not: string;
}

export const hasKernelLimits = process.platform !== 'win32';

/** The layers in force on this machine, sorted. Throws SH_SANDBOX_UNAVAILABLE where there is no sandbox at all. */
export async function sandboxLayers(osSandbox: 'auto' | 'off' = 'auto'): Promise<SandboxLayer[]> {
  findDeno();
  const states = await layerStates(osSandbox);
  return states.filter(({ in_force }) => in_force).map(({ layer }) => layer);
}

/** Throws SH_SANDBOX_UNAVAILABLE where the policy asks for the operating system's sandbox and it is not in force. */
export async function assertOsSandbox(required: boolean, osSandbox: 'auto' | 'off'): Promise<void> {
  if (!required || (await sandboxLayers(osSandbox)).includes('bubblewrap')) return;
  const reason =
    'the policy requires that of the operating system (bubblewrap), which is not installed or switched off';
  throw new HarnessError('SH_SANDBOX_UNAVAILABLE', { reason });
}

/** Every layer that there is, sorted, and whether it stands on this machine. */
export async function layerStates(osSandbox: 'auto' | 'off' = 'auto'): Promise<LayerState[]> {
  const noDeno = whyNoDeno();
  return [
    state('bubblewrap', noDeno || (await whyNoBubblewrap(osSandbox))),
    state('deno_permissions', noDeno),
    state('kernel_limits', hasKernelLimits ? '' : `there is no such thing on ${process.platform}`),
    state('plain_globals', noDeno),
    state('process_watch', tryWatch().problem ?? ''),
    state('runner_computed_import', noDeno),
    state('wall_clock', ''),
  ];
}

function state(layer: SandboxLayer, whyNot: string): LayerState {
  return { layer, in_force: whyNot === '', why_not: whyNot };
}

async function whyNoBubblewrap(osSandbox: 'auto' | 'off'): Promise<string> {
  return osSandbox === 'off' ? 'it is switched off' : ((await tryBubblewrap()).problem ?? '');
}

function whyNoDeno(): string {
  try {
    findDeno();
    return '';
  } catch (error) {
    return messageOf(error);
  }
}
