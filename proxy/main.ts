import { defaultEncoder } from '../web/src/models/catalogue.ts';
import { fetchModel } from '../web/src/models/node/fetch.ts';
import { progressLine } from '../web/src/models/node/progress-line.ts';
import { progressText } from '../web/src/models/progress.ts';
import { storedModels } from '../web/src/models/node/store.ts';
import { buildIfChanged, builtFolder } from './build.ts';
import { readBuiltApp } from './built-app.ts';
import { ConfigError } from './error.ts';
import { isLoopback, readConfig, type Config } from './config.ts';
import { openProxy, type OpenProxy } from './open.ts';
import { listen } from './server.ts';
import { certificate } from './tls.ts';

/** `npm start`, once everything is installed: fetch, build, serve. */
async function start(): Promise<void> {
  const config = readConfig(process.env, { classes: process.argv.includes('--class') });
  const line = progressLine(process.stderr);
  const fetching = fetchModel(defaultEncoder, { onProgress: (progress) => line.show(progressText(progress)) }).finally(line.clear);
  await fetching.catch(({ message }: Error) => {
    console.error(`${message}\nGoing on without it: the page has its own tiny encoder, and asks again at the next start.\n`);
  });
  await buildIfChanged(() => line.show('Building the page …'));
  line.clear();
  const proxy = await openProxy(config, { app: await readBuiltApp(builtFolder), encoders: { list: () => storedModels(process.env) } });
  const tls = config.tls === 'none' ? undefined : await certificate({ tls: config.tls, names: config.names, folder: config.folder });
  const server = await listen(proxy.app, config, tls);
  console.log(config.mode === 'class' ? classGreeting(config, server.address, proxy, tls?.fingerprint) : greeting(config, server.address, proxy));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void server.close().then(() => proxy.close()).then(() => process.exit(0));
    });
  }
}

const keys = 'a key into the environment (OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY or MISTRAL_API_KEY)';
const modelNames = ({ providers }: Config): string => providers.flatMap(({ models }) => Object.keys(models)).join(', ');

/** What one has to know to go on. */
function greeting(config: Config, address: string, { soloToken }: OpenProxy): string {
  const models = modelNames(config);
  const lines = models
    ? [`${address}open/${soloToken}`, `Models: ${models}`, `Other OpenAI clients on this machine: ${address}v1 with the key ${soloToken}`]
    : [address, `For help from an LLM, put ${keys}, or use a server of your own, such as Ollama, from the page.`];
  return `Tagsmith is ready: ${lines.join('\n')}\nCtrl-C stops it.`;
}

function classGreeting(config: Config, address: string, { adminSecret }: OpenProxy, fingerprint?: string): string {
  const { protocol, port } = new URL(address);
  const names = config.names.filter((name) => !isLoopback(name) && !name.startsWith('fe80:'));
  const elsewhere = names.map((name) => `${protocol}//${name.includes(':') ? `[${name}]` : name}:${port}/`);
  const models = modelNames(config);
  return [
    `The class server is ready: ${address}#/class`,
    elsewhere.length > 0 && `From other machines: ${elsewhere.join(' ')}`,
    adminSecret ? `The teacher's secret, shown this once: ${adminSecret}` : "The teacher's secret was shown at the first start.",
    models ? `Models: ${models}` : `There is no key, so a class can train and not ask an LLM: put ${keys}.`,
    config.tls === 'made' && `The certificate is of our own making, so browsers warn once; its SHA-256 fingerprint is ${fingerprint}`,
    'Ctrl-C stops it.',
  ].filter(Boolean).join('\n');
}

await start().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
});
