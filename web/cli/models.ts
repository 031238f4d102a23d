import { fetchModel, listModels } from '../src/models/node/fetch.ts';
import { progressText } from '../src/models/progress.ts';
import { table } from './table.ts';
import type { Verb } from './verb.ts';

/** `models list` and `models fetch`: what encoders there are, and bringing one to this machine. */
export const models: Verb = {
  usage: 'tagsmith models list | fetch <id> [<id> …]',
  summary: 'Lists the encoders, or fetches some into the local cache. An id is one of the list or owner/name of the Hugging Face hub.',
  options: {},
  positionals: 100,
  async run(call, terminal) {
    const [action, ...ids] = call.positionals;
    if (action === 'list') {
      if (ids.length > 0) throw call.wrong(`"models list" takes no argument; got "${ids[0]}".`);
      const listed = await listModels();
      const rows = listed.map(({ id, parameters, megabytes: size, licence, path }) => [id, `${parameters} M`, `${size} MB`, licence, path ?? 'not fetched']);
      return { json: { models: listed }, text: table(['id', 'parameters', 'download', 'licence', 'on this machine'], rows) };
    }
    if (action !== 'fetch') throw call.wrong(action === undefined ? 'Say what to do: list or fetch.' : `There is no "models ${action}".`);
    if (ids.length === 0) throw call.wrong('Name the encoder to fetch.');
    const fetched = [];
    for (const id of ids) {
      fetched.push(
        await fetchModel(id, {
          onProgress: (progress) => terminal.progress(progressText(progress)),
        }),
      );
    }
    return { json: { models: fetched }, text: fetched.map(({ id, path, source }) => `${id} is in ${path} (from ${source})`).join('\n') };
  },
};
