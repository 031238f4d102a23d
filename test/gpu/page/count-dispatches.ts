/** Counts what a step costs. Imported before ONNX Runtime, which keeps no reference to the originals. */
export const counts = { dispatches: 0, submits: 0, maps: 0, pipelines: 0 };

if (typeof GPUComputePassEncoder !== 'undefined') {
  const { dispatchWorkgroups } = GPUComputePassEncoder.prototype;
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...size) {
    counts.dispatches++;
    return dispatchWorkgroups.apply(this, size);
  };
  const { submit } = GPUQueue.prototype;
  GPUQueue.prototype.submit = function (buffers) {
    counts.submits++;
    return submit.call(this, buffers);
  };
  const { createComputePipeline, createComputePipelineAsync } = GPUDevice.prototype;
  GPUDevice.prototype.createComputePipeline = function (descriptor) {
    counts.pipelines++;
    return createComputePipeline.call(this, descriptor);
  };
  GPUDevice.prototype.createComputePipelineAsync = function (descriptor) {
    counts.pipelines++;
    return createComputePipelineAsync.call(this, descriptor);
  };
  const { mapAsync } = GPUBuffer.prototype;
  GPUBuffer.prototype.mapAsync = function (...range) {
    counts.maps++;
    return mapAsync.apply(this, range);
  };
}

/** What was counted since the last call. */
export function takeCounts(): typeof counts {
  const taken = { ...counts };
  counts.dispatches = counts.submits = counts.maps = counts.pipelines = 0;
  return taken;
}
