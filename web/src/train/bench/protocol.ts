import type { Stage, StepTimes } from './measure.ts';
import type { BenchRow } from './rows.ts';

/** `webgpu`: the GPU as a training uses it; `webgpu-own`: with shaders of our own, where a training has ONNX Runtime's; `webgpu-half`: with the encoder's layers in float16. */
export type BenchDevice = 'webgpu' | 'webgpu-own' | 'webgpu-half' | 'wasm';

/** What the page asks of the worker, once: it is thrown away after its answer, so that nothing of one row is left for the next. */
export interface BenchOrder {
  row: BenchRow;
  device: BenchDevice;
}

/** What one row costs on one device. */
export interface Measurement extends StepTimes {
  /** For people: "Apple M2", "CPU, 4 threads". */
  engine: string;
  /** On a GPU: shaders of our own, or ONNX Runtime's, recorded once and repeated or run node by node; null on the CPU. */
  way: 'own' | 'recorded' | 'nodeByNode' | null;
  /** Whether encoder layers are computed again on the way back, because memory is short. */
  recomputes: boolean;
  /** Estimated peak, as a training shows it before its start. */
  estimatedBytes: number;
}

/** What is going on before the steps and in them. */
export type BenchStage = Stage | { name: 'weights' | 'device' };

export type BenchEvent =
  | { type: 'stage'; stage: BenchStage }
  | { type: 'measured'; measurement: Measurement }
  /** Something went wrong: what, and what to do. */
  | { type: 'failed'; message: string; advice: string };
