import type { Gpu } from '../device.ts';
import { Kernel } from '../kernel.ts';
import { adamwHalfKernel, adamwHalfTotalKernel, adamwKernel } from './adamw.ts';
import { addHalfKernel, addKernel } from './add.ts';
import { clipScaleKernel } from './clip-scale.ts';
import { embedKernel } from './embed.ts';
import { dropoutMaskHalfKernel, dropoutMaskKernel } from './dropout-mask.ts';
import { sumRowsKernel } from './sum-rows.ts';
import { sumSquaresHalfKernel, sumSquaresKernel } from './sum-squares.ts';
import { toHalfKernel } from './to-half.ts';

const SOURCES = {
  adamw: adamwKernel,
  adamwHalf: adamwHalfKernel,
  adamwHalfTotal: adamwHalfTotalKernel,
  add: addKernel,
  addHalf: addHalfKernel,
  clipScale: clipScaleKernel,
  dropoutMask: dropoutMaskKernel,
  dropoutMaskHalf: dropoutMaskHalfKernel,
  embed: embedKernel,
  sumRows: sumRowsKernel,
  sumSquares: sumSquaresKernel,
  sumSquaresHalf: sumSquaresHalfKernel,
  toHalf: toHalfKernel,
} as const;

export type Kernels = Record<keyof typeof SOURCES, Kernel>;

/** All of our own shaders, once for a device. */
export async function compileKernels(gpu: Gpu): Promise<Kernels> {
  const compiled = await Promise.all(Object.entries(SOURCES).map(async ([name, source]) => [name, await Kernel.compile(gpu, source)] as const));
  return Object.fromEntries(compiled) as Kernels;
}
