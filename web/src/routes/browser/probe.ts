import { describeAdapter } from '../../engine/webgpu/adapter.ts';
import { device } from '../../state/device.svelte.ts';
import { measureSpace } from '../../storage/quota.ts';
import { describeBrowser } from '../bench/browser-name.ts';
import type { BrowserFacts } from './facts.ts';

/** Asks this browser. Nothing is kept, and nothing asks the visitor for a permission. */
export async function probe(): Promise<BrowserFacts> {
  const [gpu, space, privateFiles] = await Promise.all([probeGpu(), measureSpace().catch(() => null), probePrivateFiles()]);
  return {
    ...describeBrowser(navigator),
    secure: device.secureContext,
    gpu,
    jspi: device.suspending,
    isolated: device.isolated,
    cores: device.cores,
    memory: device.memory,
    space,
    privateFiles,
    locks: 'locks' in navigator,
    wakeLock: 'wakeLock' in navigator,
    // The types say it is always there.
    clipboard: (navigator.clipboard as Clipboard | undefined) !== undefined,
    serviceWorker: 'serviceWorker' in navigator && device.secureContext,
    segmenter: 'Segmenter' in Intl,
  };
}

async function probeGpu(): Promise<BrowserFacts['gpu']> {
  const gpu = navigator.gpu as GPU | undefined;
  if (!gpu) return 'no-webgpu';
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
  if (!adapter) return 'no-adapter';
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  return { ...describeAdapter(adapter.info), bufferBytes: maxBufferSize, bindingBytes: maxStorageBufferBindingSize, halfPrecision: adapter.features.has('shader-f16') };
}

/** Refused in private windows of some browsers. */
async function probePrivateFiles(): Promise<boolean> {
  try {
    await navigator.storage.getDirectory();
    return true;
  } catch {
    return false;
  }
}
