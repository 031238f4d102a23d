import { defaultDevice, init, jit, lax, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { rates, type Contestant, type TabDevice, type Task } from './contestant.ts';

type Tensors = Record<string, np.Array>;

interface Inputs {
  ids: np.Array;
  positions: np.Array;
  bias: np.Array;
  targets: np.Array;
  weights: np.Array;
}

/**
 * The encoder in jax-js. The whole step, gradients, clip and Adam included, is one compiled function, as its authors advise.
 * A function owns its arguments there: `.ref` keeps an array for another use.
 */
export async function jax(device: TabDevice, task: Task): Promise<Contestant> {
  if (!(await init(device)).includes(device)) throw new Error(`jax-js could not start its device ${device}.`);
  defaultDevice(device);
  const { batch, labels } = task;
  const cells = batch.size * batch.tokens;
  const inputs: Inputs = {
    ids: copied(batch.inputIds),
    positions: copied(batch.positionIds),
    bias: copied(batch.attentionBias).reshape([batch.size, 1, 1, batch.tokens]),
    targets: copied(batch.targets).reshape([cells, labels]),
    weights: copied(batch.weights),
  };
  let parameters: Tensors = Object.fromEntries([...task.parameters].map(([name, values]) => [name, stored(name, values, task.shapes.get(name)!)]));
  let first: Tensors = tree.map((x: np.Array) => np.zerosLike(x), tree.ref(parameters)) as Tensors;
  let second: Tensors = tree.map((x: np.Array) => np.zerosLike(x), tree.ref(parameters)) as Tensors;
  let losses: np.Array[] = [];
  let count = 0;
  const update = jit(stepOf(task));
  return {
    device: device === 'wasm' ? `CPU, ${navigator.hardwareConcurrency} threads` : 'GPU',
    remarks: [],
    step() {
      count++;
      const { learningRate, beta1, beta2 } = rates;
      const corrections = np.array([learningRate / (1 - beta1 ** count), 1 / (1 - beta2 ** count)]);
      let loss: np.Array;
      [parameters, first, second, loss] = update(parameters, first, second, corrections, tree.ref(inputs as unknown as Tensors)) as [Tensors, Tensors, Tensors, np.Array];
      losses.push(loss);
      return Promise.resolve();
    },
    async losses() {
      const values = await Promise.all(losses.map((loss) => loss.data()));
      losses = [];
      return values.map(([value]) => Number(value));
    },
  };
}

/** One step: from parameters and moments to the next ones, and the loss before. */
function stepOf(task: Task) {
  const { beta1, beta2, epsilon, clipNorm } = rates;
  return (parameters: Tensors, first: Tensors, second: Tensors, corrections: np.Array, inputs: Tensors): [Tensors, Tensors, Tensors, np.Array] => {
    const [loss, gradients] = valueAndGrad((own: Tensors) => lossOf(task, own, inputs as unknown as Inputs))(tree.ref(parameters)) as [np.Array, Tensors];
    const squares = Object.values(gradients).map((gradient) => np.sum(np.square(gradient.ref)));
    const scale = np.minimum(np.trueDivide(clipNorm, np.sqrt(squares.reduce((sum, next) => sum.add(next)))), 1);
    const [rate, correction] = np.split(corrections, 2) as [np.Array, np.Array];
    const next: [Tensors, Tensors, Tensors] = [{}, {}, {}];
    for (const [name, gradient] of Object.entries(gradients)) {
      const clipped = gradient.mul(scale.ref);
      const m = first[name]!.mul(beta1).add(clipped.ref.mul(1 - beta1));
      const v = second[name]!.mul(beta2).add(np.square(clipped).mul(1 - beta2));
      const direction = m.ref.mul(rate.ref).div(np.sqrt(v.ref.mul(correction.ref)).add(epsilon));
      next[0][name] = parameters[name]!.sub(direction);
      next[1][name] = m;
      next[2][name] = v;
    }
    tree.dispose([scale, rate, correction]);
    return [...next, loss];
  };
}

function lossOf({ encoder, batch }: Task, own: Tensors, { ids, positions, bias, targets, weights }: Inputs): np.Array {
  const { hiddenSize: hidden, heads, layers, layerNormEpsilon } = encoder;
  const { size, tokens } = batch;
  const cells = size * tokens;
  const width = hidden / heads;
  const linear = (x: np.Array, name: string): np.Array => np.matmul(x, own[`${name}.weight`]!).add(own[`${name}.bias`]!);
  const norm = (x: np.Array, name: string): np.Array => nn.standardize(x, -1, { epsilon: layerNormEpsilon }).mul(own[`${name}.weight`]!).add(own[`${name}.bias`]!);
  const gelu = (x: np.Array): np.Array => x.ref.mul(0.5).mul(lax.erf(x.mul(Math.SQRT1_2)).add(1));
  const attention = (x: np.Array, name: string): np.Array => {
    const [query, key, value] = np.split(linear(x, `${name}.qkv`), 3, 1).map((part) => part.reshape([size, tokens, heads, width])) as [np.Array, np.Array, np.Array];
    return linear(nn.dotProductAttention(query, key, value, { bias: bias.ref }).reshape([cells, hidden]), `${name}.output`);
  };
  let x = norm(np.take(own['embeddings.word.weight']!, ids, 0).add(np.take(own['embeddings.position.weight']!, positions, 0)), 'embeddings.norm');
  for (let layer = 0; layer < layers; layer++) {
    const name = `encoder.layer.${layer}`;
    x = norm(x.ref.add(attention(x, `${name}.attention`)), `${name}.attention.norm`);
    x = norm(x.ref.add(linear(gelu(linear(x, `${name}.feed_forward.up`)), `${name}.feed_forward.down`)), `${name}.feed_forward.norm`);
  }
  bias.dispose();
  return np.negative(np.sum(np.sum(targets.mul(nn.logSoftmax(linear(x, 'head'), -1)), 1).mul(weights)));
}

/** Linear weights lie `[in, out]`, as in JAX. */
function stored(name: string, values: Float32Array, shape: readonly number[]): np.Array {
  const whole = copied(values).reshape([...shape]);
  return shape.length === 2 && !name.startsWith('embeddings.') ? np.transpose(whole) : whole;
}

/** A copy: its memory may be shared, which jax-js takes none of. */
const copied = (values: Int32Array | Float32Array): np.Array => np.array(values instanceof Int32Array ? new Int32Array(values) : new Float32Array(values));
