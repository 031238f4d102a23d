import type { DType } from '../graph/value.ts';

/** TensorProto.DataType of onnx.proto. */
export const DATA_TYPES: Record<DType, number> = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, float16: 10 };
