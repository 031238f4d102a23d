import type { TaggerSession } from '../engine/engine.ts';
import { TrainingError } from './training-error.ts';

/** Updates left out in a row after which nothing will change: the parameters stay as they are, so the next one is left out, too. */
const STUCK = 10;

const FULL = 'Train in full precision: Settings, Precision.';
const CALM = 'Train with a smaller learning rate.';

/** The losses since the last call. @throws TrainingError where the numbers of a step left the range of their precision for good */
export async function takeLosses(session: Pick<TaggerSession, 'takeLosses' | 'leftOut'>, half: boolean): Promise<number[]> {
  const losses = await session.takeLosses();
  if (half && losses.some((loss) => !Number.isFinite(loss))) throw new TrainingError('A number on the way to the loss is too large for half precision, which ends at 65,504.', FULL);
  if (session.leftOut.inARow >= STUCK) {
    throw new TrainingError(`The gradients of ${session.leftOut.inARow} steps in a row are too large to be numbers${half ? ' in half precision' : ''}, so that nothing is learnt.`, half ? FULL : CALM);
  }
  return losses;
}
