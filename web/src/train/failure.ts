import { DeviceFault } from '../engine/webgpu/fault.ts';

/** A failure in words: what went wrong and what to do. */
export interface Failure {
  message: string;
  advice: string;
}

/** What runtimes say when memory is short; each in its own words. */
const OUT_OF_MEMORY = /out of memory|out_of_memory|bad_alloc|failed to allocate|allocation failed|invalid (typed )?array length|memory access out of bounds/i;
const NO_ADAPTER = /no supported adapters|failed to get a webgpu adapter/i;
/** The last is what Chromium says while its GPU process starts anew, before the device itself tells of its loss. */
const DEVICE_LOST = /device (was |is )?lost|device_lost|devicelost|valid external instance reference no longer exists/i;

/** Whether a device or a runtime had too little memory for what was asked. */
export function isOutOfMemory(error: unknown): boolean {
  if (error instanceof DeviceFault) return error.reason === 'out-of-memory' || error.reason === 'too-large';
  return OUT_OF_MEMORY.test(error instanceof Error ? error.message : String(error));
}

/** Whether the GPU went away, by no fault of what was asked of it. */
export function isDeviceLost(error: unknown): boolean {
  return error instanceof DeviceFault ? error.reason === 'lost' : DEVICE_LOST.test(error instanceof Error ? error.message : String(error));
}

/** Puts any error into words. Errors made for people carry their own advice. */
export function describeFailure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && 'advice' in error && typeof error.advice === 'string') return { message, advice: error.advice };
  if (OUT_OF_MEMORY.test(message)) {
    return { message: 'The device has run out of memory.', advice: 'Train with fewer texts a pass (the batch stays as large: gradients add up), with shorter windows, with frozen layers or with a smaller encoder. Closing other tabs helps too.' };
  }
  if (NO_ADAPTER.test(message)) {
    return { message: 'WebGPU finds no GPU on this machine.', advice: 'Train on the CPU. On Linux WebGPU needs the Vulkan loader (libvulkan1) and a driver of the GPU.' };
  }
  if (DEVICE_LOST.test(message)) {
    return { message: 'The connection to the GPU was lost.', advice: 'It may have been busy for too long or out of memory. Train again with fewer texts a pass, or on the CPU.' };
  }
  return { message, advice: '' };
}
