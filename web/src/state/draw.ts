import type { Document } from '../dataset/document.ts';
import { dropSpans, type Noised } from '../dataset/noise.ts';
import type { Drawn } from '../dataset/sample/drawn.ts';
import { sampleFewShot, type FewShot } from '../dataset/sample/few-shot.ts';
import { firstOfEachType, type First } from '../dataset/sample/first.ts';
import { sampleShare } from '../dataset/sample/share.ts';
import type { DrawSettings } from './data-worker/protocol.ts';

/** The documents of a derived data set. The same documents and settings give the same again, here and in the worker. */
export function draw(documents: readonly Document[], asked: Exclude<DrawSettings, { kind: 'split' }>): Drawn | FewShot | First | Noised {
  switch (asked.kind) {
    case 'few-shot':
      return sampleFewShot(documents, asked.settings);
    case 'first':
      return firstOfEachType(documents, asked.settings);
    case 'share':
      return sampleShare(documents, asked.settings);
    case 'noise':
      return dropSpans(documents, asked.settings);
  }
}
