import path from 'node:path';
import type { DestinationStream } from 'pino';
import { createApp, type Dependencies } from './app.ts';
import { modelsOf } from './chat/model.ts';
import { openUpstream, type Retries } from './chat/upstream.ts';
import { openClasses } from './class/classes.ts';
import { installationSecret } from './class/keys.ts';
import { classAccess, classRoutes } from './class/routes.ts';
import type { Config } from './config.ts';
import { openLog } from './log.ts';
import { Metrics } from './metrics.ts';
import { openSolo } from './solo.ts';
import { openStore } from './store/open.ts';

export type OpenProxy = Awaited<ReturnType<typeof openProxy>>;

/** Opens the store and the ways to the providers, and puts a server's parts together, ready to listen. The last argument is for tests. */
export async function openProxy(
  config: Config,
  files: Pick<Dependencies, 'app' | 'encoders'>,
  { logTo, retries }: { logTo?: DestinationStream; retries?: Retries } = {},
) {
  const { providers, ceilings, cachedReplies } = config;
  const books = await openStore(config.store);
  const log = openLog(config.logLevel, logTo);
  const models = modelsOf(providers);
  const upstreams = new Map(providers.map((provider) => [provider.name, openUpstream(provider, ceilings, retries)]));
  const parts = { models, upstreams, books, ceilings, cachedReplies, log, metrics: new Metrics() };
  const { access, modeRoutes, stop, soloToken, adminSecret } = await (config.mode === 'class' ? openClassMode(config, parts) : openSolo(config, books));
  return {
    app: createApp(config, { ...files, access, modeRoutes, ...parts }),
    books,
    /** The token of a server without classes. */
    soloToken,
    /** The teacher's secret, where nobody has seen it yet: it can't be shown again. */
    adminSecret,
    async close(): Promise<void> {
      stop();
      await Promise.all([...upstreams.values()].map((upstream) => upstream.close()));
      await books.close();
    },
  };
}

async function openClassMode({ secret: given, adminSecret, folder }: Config, { models, books, log }: Pick<Dependencies, 'models' | 'books' | 'log'>) {
  const secret = await installationSecret(path.join(folder, 'secret'), given);
  const classes = await openClasses({ books, log, secret, adminSecret, models: [...models.keys()] });
  return { access: classAccess(classes), modeRoutes: classRoutes(classes), soloToken: null, adminSecret: classes.newSecret, stop: classes.close };
}
