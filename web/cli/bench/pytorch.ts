import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { EncoderConfig } from '../../../wasm-models/models/config.ts';

export interface PassTimes {
  forwardBackwardMs: number;
  optimizerMs: number;
}

/** PyTorch in a process of its own, idle until it is asked. */
export interface PyTorch {
  /** "torch 2.13.0". */
  version: string;
  measure(order: { batch: number; tokens: number; steps: number }): Promise<PassTimes>;
  close(): void;
}

const python = (): string => process.env.TAGSMITH_PYTHON ?? 'python3';

/** Why PyTorch can't be measured here, or null. */
export async function pyTorchProblem(): Promise<string | null> {
  return promisify(execFile)(python(), ['-c', 'import torch, transformers']).then(
    () => null,
    () => `${python()} has no torch with transformers (TAGSMITH_PYTHON names another Python)`,
  );
}

/** @throws where Python ends before it answers */
export async function openPyTorch(settings: { encoder: EncoderConfig; labels: number; threads: number }): Promise<PyTorch> {
  const child = spawn(python(), [fileURLToPath(new URL('pytorch.py', import.meta.url))], { stdio: ['pipe', 'pipe', 'inherit'] });
  // Writing to a Python that has ended is no error of its own: the answer that never comes is.
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (question: object): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(question)}\n`);
    const { done, value } = await lines.next();
    if (done) throw new Error('PyTorch ended without an answer; what it said stands above.');
    return JSON.parse(value);
  };
  const { version } = (await ask(settings)) as { version: string };
  return { version, measure: async (order) => (await ask(order)) as PassTimes, close: () => child.stdin.end() };
}
