import { addEstimates, estimate, type Estimate } from '../estimate.ts';
import { requestKey } from '../key.ts';
import { requestOf } from '../request.ts';
import type { AskOptions } from './ask-again.ts';
import { FoundSpans } from './found-spans.ts';
import { firstQuestion, goldOfTrial, type Trial } from './trial.ts';
import { verifyTask, type VerifyInput } from './verify.ts';
import { sharesFirstQuestion, ways, type WayName } from './ways.ts';

type EstimateOptions = Pick<AskOptions, 'model' | 'source' | 'replies' | 'atOnce'>;

/** What a comparison will take. What two ways ask both counts once; the second question is about the spans found, and, where nothing is known yet, about as many as are labelled. */
export async function estimateWays(names: readonly WayName[], trial: Trial, options: EstimateOptions): Promise<Estimate> {
  const parts: Estimate[] = [];
  for (const [i, name] of names.entries()) {
    const isKnown = names.slice(0, i).some((other) => sharesFirstQuestion(ways[other], ways[name]));
    if (!isKnown) parts.push(await estimate({ ...firstQuestion(name, trial), ...options }));
    if (ways[name].verify) parts.push(await estimate({ task: verifyTask(trial.verification), inputs: await expectedQuestions(name, trial, options), ...options }));
  }
  return parts.reduce(addEstimates);
}

/** A question about each span that stored replies mark; in texts without a reply about each that is labelled. */
async function expectedQuestions(name: WayName, trial: Trial, { model, source, replies }: EstimateOptions): Promise<VerifyInput[]> {
  const { task, inputs } = firstQuestion(name, trial);
  const requests = inputs.map((input) => requestOf(task, input, model));
  const keys = await Promise.all(requests.map((request) => requestKey(request, source.kind)));
  const stored = await replies.read(keys);
  const gold = goldOfTrial(trial);
  const expected = new FoundSpans();
  for (const [i, input] of inputs.entries()) {
    const reply = stored.get(keys[i]!)?.reply;
    const parsed = reply && task.parse(reply, input);
    const types = new Set(input.types.map(({ name }) => name));
    for (const [at, place] of input.places.entries()) {
      if (parsed?.ok) expected.add(place, parsed.value[at]!);
      else if (!parsed) expected.add(place, { spans: gold[place]!.filter(({ type }) => types.has(type)), rejected: [], copied: false, covered: 1 });
    }
  }
  return [...expected.questions(trial.types, (place) => trial.asked[place]!.text)];
}
