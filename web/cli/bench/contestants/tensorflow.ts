import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { rates, type Contestant, type TabDevice, type Task } from './contestant.ts';

/** The encoder in TensorFlow.js, operator by operator, with the library's own gradients and its own Adam. */
export async function tensorflow(device: TabDevice, threads: number, task: Task): Promise<Contestant> {
  const name = device === 'wasm' ? await openWasm(threads) : await openWebGpu();
  const missing = lookUpProblem();
  const variables = new Map([...task.parameters].map(([key, values]) => [key, tf.variable(stored(key, values, task.shapes.get(key)!), true, key)]));
  const loss = lossOf(task, (key) => variables.get(key)!, missing === null ? tf.gather : lookUp);
  const { learningRate, beta1, beta2, epsilon, clipNorm } = rates;
  const optimizer = tf.train.adam(learningRate, beta1, beta2, epsilon);
  let losses: tf.Scalar[] = [];
  return {
    device: name,
    remarks: missing === null ? [] : [`the gradient of tf.gather failed (“${missing}”), so look-ups have one of their own, made with tf.scatterND`],
    step() {
      const { value, grads } = tf.variableGrads(loss);
      const clipped = tf.tidy(() => {
        const norm = tf.sqrt(tf.addN(Object.values(grads).map((gradient) => tf.sum(tf.square(gradient)))));
        const scale = tf.minimum(1, tf.div(clipNorm, norm));
        return Object.entries(grads).map(([key, gradient]) => ({ name: key, tensor: tf.mul(gradient, scale) }));
      });
      optimizer.applyGradients(clipped);
      tf.dispose([grads, clipped.map(({ tensor }) => tensor)]);
      losses.push(value);
      return Promise.resolve();
    },
    async losses() {
      const values = await Promise.all(losses.map((value) => value.data()));
      tf.dispose(losses);
      losses = [];
      return values.map(([value]) => value!);
    },
  };
}

type LookUp = (table: tf.Tensor2D, rows: tf.Tensor1D) => tf.Tensor;

/** The loss as a function of the variables. */
function lossOf({ encoder, labels, batch }: Task, parameter: (name: string) => tf.Tensor, rowsOf: LookUp): () => tf.Scalar {
  const { hiddenSize: hidden, heads, layers, layerNormEpsilon } = encoder;
  const { size, tokens } = batch;
  const cells = size * tokens;
  const width = hidden / heads;
  const ids = tf.tensor1d(batch.inputIds, 'int32');
  const positions = tf.tensor1d(batch.positionIds, 'int32');
  const bias = tf.tensor4d(batch.attentionBias, [size, 1, 1, tokens]);
  const targets = tf.tensor2d(batch.targets, [cells, labels]);
  const weights = tf.tensor1d(batch.weights);

  const linear = (x: tf.Tensor, name: string): tf.Tensor => tf.add(tf.matMul(x, parameter(`${name}.weight`)), parameter(`${name}.bias`));
  const norm = (x: tf.Tensor, name: string): tf.Tensor => {
    const { mean, variance } = tf.moments(x, -1, true);
    return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, layerNormEpsilon))), parameter(`${name}.weight`)), parameter(`${name}.bias`));
  };
  const byHead = (x: tf.Tensor, order: number[]): tf.Tensor => tf.transpose(tf.reshape(x, [size, tokens, heads, width]), order);
  const attention = (x: tf.Tensor, name: string): tf.Tensor => {
    const [query, key, value] = tf.split(linear(x, `${name}.qkv`), 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const scores = tf.matMul(byHead(query, [0, 2, 1, 3]), byHead(key, [0, 2, 3, 1])); // [size, heads, tokens, tokens]
    const shares = tf.softmax(tf.add(tf.mul(scores, 1 / Math.sqrt(width)), bias));
    const context = tf.transpose(tf.matMul(shares, byHead(value, [0, 2, 1, 3])), [0, 2, 1, 3]);
    return linear(tf.reshape(context, [cells, hidden]), `${name}.output`);
  };
  const gelu = (x: tf.Tensor): tf.Tensor => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));

  return () => {
    const word = rowsOf(parameter('embeddings.word.weight') as tf.Tensor2D, ids);
    const position = rowsOf(parameter('embeddings.position.weight') as tf.Tensor2D, positions);
    let x = norm(tf.add(word, position), 'embeddings.norm');
    for (let layer = 0; layer < layers; layer++) {
      const name = `encoder.layer.${layer}`;
      x = norm(tf.add(x, attention(x, `${name}.attention`)), `${name}.attention.norm`);
      x = norm(tf.add(x, linear(gelu(linear(x, `${name}.feed_forward.up`)), `${name}.feed_forward.down`)), `${name}.feed_forward.norm`);
    }
    const chances = tf.logSoftmax(linear(x, 'head'));
    return tf.neg(tf.sum(tf.mul(tf.sum(tf.mul(targets, chances), 1), weights)));
  };
}

/** What stands in the way of the look-up's own gradient on this backend, in its words. */
function lookUpProblem(): string | null {
  try {
    tf.tidy(() => tf.grad((table) => tf.sum(tf.gather(table, tf.tensor1d([0], 'int32'))))(tf.ones([1, 1])));
    return null;
  } catch (error) {
    return (error as Error).message.split(/[.:] /)[0]!;
  }
}

const lookUp: LookUp = (table, rows) =>
  tf.customGrad((x) => ({
    value: tf.gather(x as tf.Tensor, rows),
    gradFunc: (gradient: tf.Tensor) => tf.scatterND(tf.expandDims(rows, 1), gradient, table.shape),
  }))(table);

/** Linear weights lie `[in, out]` here: products without a transpose take the library's quicker way. */
function stored(name: string, values: Float32Array, shape: readonly number[]): tf.Tensor {
  const tensor = tf.tensor(values, [...shape]);
  return shape.length === 2 && !name.startsWith('embeddings.') ? tf.transpose(tensor) : tensor;
}

async function openWasm(threads: number): Promise<string> {
  const [{ setThreadsCount, getThreadsCount, setWasmPaths }, ...binaries] = await Promise.all([
    import('@tensorflow/tfjs-backend-wasm'),
    import('@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url'),
    import('@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url'),
    import('@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm?url'),
  ]);
  const [plain, simd, threaded] = binaries.map(({ default: url }) => new URL(url, location.href).href);
  setWasmPaths({ 'tfjs-backend-wasm.wasm': plain!, 'tfjs-backend-wasm-simd.wasm': simd!, 'tfjs-backend-wasm-threaded-simd.wasm': threaded! });
  setThreadsCount(threads);
  await use('wasm');
  return `CPU, ${getThreadsCount()} threads`;
}

async function openWebGpu(): Promise<string> {
  await import('@tensorflow/tfjs-backend-webgpu');
  await use('webgpu');
  return 'GPU';
}

async function use(backend: string): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js could not start its backend ${backend}.`);
  await tf.ready();
}
