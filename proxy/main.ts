import { defaultEncoder } from '../web/src/models/catalogue.ts';
import { fetchModel } from '../web/src/models/node/fetch.ts';
import { progressText } from '../web/src/models/progress.ts';
import { storedModels } from '../web/src/models/node/store.ts';
import { createApp } from './app.ts';
import { buildIfChanged, builtFolder } from './build.ts';
import { readBuiltApp } from './built-app.ts';
import { ConfigError, readConfig } from './config.ts';
import { progressLine } from './progress-line.ts';
import { listen } from './server.ts';

/** `npm start`, once everything is installed: fetch, build, serve. */
async function start(): Promise<void> {
  const config = readConfig(process.env);
  const line = progressLine(process.stderr);
  try {
    await fetchModel(defaultEncoder, { onProgress: (progress) => line.show(progressText(progress)) });
    line.clear();
  } catch (error) {
    line.clear();
    console.error(`${(error as Error).message}\nGoing on without it: the page has its own tiny encoder, and asks again at the next start.\n`);
  }
  await buildIfChanged(() => line.show('Building the page …'));
  line.clear();
  const models = { list: () => storedModels(process.env) };
  const server = await listen(createApp(config, { app: await readBuiltApp(builtFolder), models }), config);
  console.log(`Tagsmith is ready: ${server.address}\nCtrl-C stops it.`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void server.close().then(() => process.exit(0));
    });
  }
}

await start().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
});
