import type { Answer, Question } from './protocol.ts';

/**
 * For each text the numbers of the labelled texts that are most alike, the most alike first.
 * @param onProgress how far it is, 0 … 1
 * @throws Error with a sentence for people; an `AbortError` where the signal came first.
 */
export function findNeighbours(question: Question, onProgress: (share: number) => void, signal: AbortSignal): Promise<number[][]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    const found: number[][] = [];
    const end = (): void => worker.terminate();
    const fail = (error: unknown): void => {
      end();
      reject(error as Error);
    };
    signal.addEventListener('abort', () => fail(signal.reason), { once: true });
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
      if (data.type === 'found') found.push(...data.nearest);
      else if (data.type === 'progress') onProgress(shareOf(data));
      else if (data.type === 'failed') fail(new Error(data.message));
      else {
        end();
        resolve(found);
      }
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      fail(new Error(event.message || 'The part of the page that compares texts stopped without saying why, most likely for want of memory. Close other tabs and try again.'));
    });
    worker.postMessage(question);
  });
}

/** Loading the encoder counts as a fifth of it. */
function shareOf({ stage, done, total }: Extract<Answer, { type: 'progress' }>): number {
  const share = total > 0 ? done / total : 0;
  return stage === 'encoder' ? share / 5 : (1 + 4 * share) / 5;
}
