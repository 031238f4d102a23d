export { buildTagger, halfPrecision, recomputing, type TaggerOptions } from './artifacts/build.ts';
export { buildBuffer } from './artifacts/buffer.ts';
export { buildHead } from './artifacts/head.ts';
export { buildInference } from './artifacts/inference.ts';
export { buildByteProducts, buildProducts } from './artifacts/products.ts';
