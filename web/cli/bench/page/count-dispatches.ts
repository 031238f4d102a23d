/** Imported before ONNX Runtime, which keeps no reference to the originals. */
let dispatches = 0;

if (typeof GPUComputePassEncoder !== 'undefined') {
  const original = GPUComputePassEncoder.prototype.dispatchWorkgroups;
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...size) {
    dispatches++;
    return original.apply(this, size);
  };
}

/** Dispatches since the last call. */
export function takeDispatches(): number {
  const taken = dispatches;
  dispatches = 0;
  return taken;
}
