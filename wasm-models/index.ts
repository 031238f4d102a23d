export { buildTagger, type TaggerOptions } from './artifacts/build.ts';
