import type { Engine } from '../src/engine/engine.ts';
import { openNodeEngine } from '../src/engine/node.ts';
import type { Call } from './verb.ts';

/** Flags that say what computes. */
export const deviceOptions = { device: { type: 'string' }, threads: { type: 'string' } } as const;

/** The engine that `--device` and `--threads` ask for; the CPU with all cores by default. */
export async function openDevice(call: Call): Promise<Engine> {
  const device = call.choice('device', ['cpu', 'webgpu']) ?? 'cpu';
  const threads = call.count('threads');
  return openNodeEngine({ device, ...(threads === undefined ? {} : { threads }) });
}
