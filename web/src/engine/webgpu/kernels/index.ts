import type { Gpu } from '../device.ts';
import { Kernel } from '../kernel.ts';
import { adamwKernel } from './adamw.ts';
import { addKernel } from './add.ts';
import { clipScaleKernel } from './clip-scale.ts';
import { embedKernel } from './embed.ts';
import { dropoutMaskKernel } from './dropout-mask.ts';
import { sumRowsKernel } from './sum-rows.ts';
import { sumSquaresKernel } from './sum-squares.ts';

const SOURCES = {
  adamw: adamwKernel,
  add: addKernel,
  clipScale: clipScaleKernel,
  dropoutMask: dropoutMaskKernel,
  embed: embedKernel,
  sumRows: sumRowsKernel,
  sumSquares: sumSquaresKernel,
} as const;

export type Kernels = Record<keyof typeof SOURCES, Kernel>;

/** All of our own shaders, once for a device. */
export async function compileKernels(gpu: Gpu): Promise<Kernels> {
  const compiled = await Promise.all(Object.entries(SOURCES).map(async ([name, source]) => [name, await Kernel.compile(gpu, source)] as const));
  return Object.fromEntries(compiled) as Kernels;
}
