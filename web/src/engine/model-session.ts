import type { InferenceSession, Tensor } from 'onnxruntime-common';

/** What an ONNX Runtime package has to offer to a finished model file. */
export interface ModelRuntime {
  createSession(model: Uint8Array): Promise<InferenceSession>;
  int64(data: BigInt64Array, dims: readonly number[]): Tensor;
}

/** An int64 matrix, row by row. */
export interface IntegerMatrix {
  rows: number;
  columns: number;
  values: Int32Array;
}

/** A model as other programs run it: a finished ONNX file with its weights inside. */
export interface ModelSession {
  /** Names of its inputs. */
  readonly inputs: readonly string[];
  /** The output `logits`, flat. Of what is given it takes the inputs that it has. */
  logits(given: Readonly<Record<string, IntegerMatrix>>): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Opens a model file by a runtime. */
export async function openModelFile(runtime: ModelRuntime, model: Uint8Array): Promise<ModelSession> {
  const session = await runtime.createSession(model);
  return {
    inputs: session.inputNames,
    async logits(given) {
      const feeds = Object.fromEntries(
        session.inputNames.map((name) => {
          const matrix = given[name];
          if (!matrix) throw new Error(`The model asks for an input ${name}, which a tagger does not have.`);
          return [name, runtime.int64(BigInt64Array.from(matrix.values, BigInt), [matrix.rows, matrix.columns])];
        }),
      );
      const { logits } = await session.run(feeds);
      return logits!.data as Float32Array;
    },
    dispose: () => session.release(),
  };
}
