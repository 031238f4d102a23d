export { buildTagger, type TaggerOptions } from './artifacts/build.ts';
export { buildInference } from './artifacts/inference.ts';
export { buildProducts } from './artifacts/products.ts';
