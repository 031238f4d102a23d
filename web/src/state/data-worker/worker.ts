import { openStore } from '../../storage/open.ts';
import { answerDraw } from './answer-draw.ts';
import { answerFile, answerLosses } from './answer-export.ts';
import { answerAgreement, answerCounts, answerLengths, answerStrings, answerSuspicions, answerTwins } from './answer-facts.ts';
import { answerRefine } from './answer-refine.ts';
import { readHeld, type Held } from './held.ts';
import type { Asked, Question, Questions, Reply } from './protocol.ts';

/**
 * Answers questions about a stored data set beside the page, which goes on meanwhile. It reads the store itself: sending tens
 * of thousands of documents here would stop the page for longer than many of the answers take.
 */
type Answers = { [Name in Question]: (held: Held, settings: Questions[Name]['settings'], onProgress: (done: number, of: number | null) => void) => Questions[Name]['answer'] | Promise<Questions[Name]['answer']> };

const answers: Answers = {
  counts: answerCounts,
  lengths: answerLengths,
  twins: answerTwins,
  strings: answerStrings,
  suspicions: answerSuspicions,
  agreement: answerAgreement,
  refine: answerRefine,
  draw: answerDraw,
  losses: answerLosses,
  file: answerFile,
};

// The page says itself that another tab replaces it.
const store = openStore('tagsmith');
let held: Held | null = null;
let last: Promise<void> = Promise.resolve();

const reply = (message: Reply): void => postMessage(message);

async function answer<Name extends Question>({ id, name, source, settings }: Asked<Name>): Promise<void> {
  try {
    if (held?.dataset.id !== source.dataset || held.revision < source.revision) {
      held = null;
      held = await readHeld(await store, source);
    }
    const value = await answers[name](held, settings, (done, of) => reply({ id, kind: 'progress', done, of }));
    reply({ id, kind: 'answer', value });
  } catch (error) {
    reply({ id, kind: 'failure', message: error instanceof Error ? error.message : String(error) });
  }
}

addEventListener('message', ({ data }: MessageEvent<Asked>) => {
  last = last.then(() => answer(data));
});
