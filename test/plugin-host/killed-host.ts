// A host to be killed: it executes a plugin that never ends. Its argument says whether bubblewrap is used.
import { executeHostile } from './execute-hostile.ts';

const osSandbox = process.argv[2] === 'auto' ? 'auto' : 'off';
await executeHostile('endless_loop', { osSandbox, limits: { wall_s: 600, cpu_s: 600 } });
