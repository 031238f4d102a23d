import { defaultEncoder } from '../../models/catalogue.ts';
import { router } from '../../router.svelte.ts';
import { device } from '../../state/device.svelte.ts';
import { jobs } from '../../state/jobs.svelte.ts';
import { orderTraining } from '../../state/order-training.ts';
import { workspace } from '../../state/workspace.svelte.ts';
import { fewShot } from '../../train/recipes/index.ts';

/** As many as the command line's demo takes: half of the recipe's, since a first visitor is waiting. */
const sampleSteps = 150;

/** Opens the sample, starts to train on it with the defaults, and shows that; from there it goes straight on to Try. */
export async function makeTaggerFromSample(): Promise<void> {
  // The readers of files come along only now.
  const { openSample } = await import('../../state/sample.ts');
  const sentence = await openSample();
  const { dataset } = workspace;
  if (!dataset) throw new Error('The sample was not opened.');
  const documents = workspace.documents.map(({ document }) => document);
  const encoder = router.query.encoder ?? defaultEncoder;
  const asked = Number(router.query.steps);
  const steps = Number.isInteger(asked) && asked > 0 ? asked : sampleSteps;
  const recipe = { ...fewShot, steps };
  if (!jobs.training?.active) jobs.train(await orderTraining(dataset, documents, encoder, recipe, device.kind));
  router.go('train', { set: dataset.id, then: 'try', text: sentence, ...(encoder === defaultEncoder ? {} : { encoder }), steps: String(steps) });
}
