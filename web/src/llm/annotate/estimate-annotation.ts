import { addEstimates, estimate, scaleEstimate, type Estimate } from '../estimate.ts';
import { requestKey } from '../key.ts';
import type { ReplyStore } from '../replies.ts';
import { requestOf } from '../request.ts';
import { sampleInputs } from '../sample.ts';
import type { LlmTask } from '../task.ts';
import type { Annotation, AskedType, ReplyFault } from './annotation.ts';
import type { AskOptions } from './ask-again.ts';
import { FoundSpans, type Question } from './found-spans.ts';
import type { PlacedInput } from './inputs.ts';
import type { PromptTemplate } from './template.ts';
import { verifyTask } from './verify.ts';

export interface AnnotationEstimate {
  /** Of what asks for spans. */
  first: Estimate;
  /** Of a question about each span that is found; null where none is asked, or where no known reply marks a span, so that nothing tells how many there will be. */
  again: Estimate | null;
  /** Both, as far as they are known. */
  whole: Estimate;
}

type Options = Pick<AskOptions, 'model' | 'source' | 'replies' | 'atOnce'> & { most?: number; seed?: number };

interface SecondQuestion {
  types: readonly AskedType[];
  verification: PromptTemplate;
}

interface AnnotationJob {
  task: LlmTask<PlacedInput, Annotation[], ReplyFault>;
  inputs: () => Iterable<PlacedInput>;
  /** The second question; null where none is asked. */
  second: SecondQuestion | null;
}

/** What an annotation will take, a second question about each span included. How many spans there will be is learned from the replies that are there. */
export async function estimateAnnotation({ task, inputs, second }: AnnotationJob, options: Options): Promise<AnnotationEstimate> {
  const first = await estimate({ task, inputs: inputs(), ...options });
  const again = second ? await estimateQuestions({ task, inputs, second }, options) : null;
  return { first, again, whole: again ? addEstimates(first, again) : first };
}

async function estimateQuestions({ task, inputs, second }: AnnotationJob & { second: SecondQuestion }, { most = 1000, seed = 1, ...options }: Options): Promise<Estimate | null> {
  const { model, source, replies } = options;
  const { sample, total } = await sampleInputs(inputs(), most, seed);
  const keys = await Promise.all(sample.map((input) => requestKey(requestOf(task, input, model), source.kind)));
  const stored = await replies.read(keys);
  if (stored.size === 0) return null;
  const found = new FoundSpans();
  const textOf = new Map<number, string>();
  for (const [i, input] of sample.entries()) {
    const parsed = stored.has(keys[i]!) ? task.parse(stored.get(keys[i]!)!.reply, input) : null;
    if (!parsed?.ok) continue;
    for (const [at, place] of input.places.entries()) {
      textOf.set(place, input.texts[at]!);
      found.add(place, parsed.value[at]!);
    }
  }
  const questions: Question[] = [...found.questions(second.types, (place) => textOf.get(place)!)];
  const of = (known: ReplyStore): Promise<Estimate> => estimate({ task: verifyTask(second.verification), inputs: questions, ...options, replies: known });
  // Of texts without a reply nothing has been asked again: their questions are like the known ones, none of them answered.
  const noneAnswered: ReplyStore = { read: () => Promise.resolve(new Map()), write: (reply) => replies.write(reply), sample: (...which) => replies.sample(...which) };
  const unknown = total * (1 - stored.size / sample.length);
  // A few answers that mark nothing say little of the others.
  if (questions.length === 0 && unknown > 0) return null;
  return addEstimates(await of(replies), scaleEstimate(await of(noneAnswered), unknown / stored.size));
}
