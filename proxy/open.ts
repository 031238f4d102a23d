import path from 'node:path';
import type { Hono } from 'hono';
import type { DestinationStream } from 'pino';
import { createApp, type Dependencies } from './app.ts';
import { modelsOf, type Models } from './chat/model.ts';
import { type Retries, Upstream } from './chat/upstream.ts';
import { classAccess } from './class/access.ts';
import { openClasses } from './class/classes.ts';
import { installationSecret } from './class/keys.ts';
import { classRoutes } from './class/routes.ts';
import type { Config } from './config.ts';
import { type Logger, openLog } from './log.ts';
import { Metrics } from './metrics.ts';
import { row, type ProxyEnvironment } from './route.ts';
import { SOLO_ACCOUNT, Solo } from './solo.ts';
import { openStore } from './store/open.ts';
import { DOLLAR } from './store/amounts.ts';
import type { Books } from './store/books.ts';

/** A server's parts put together, ready to listen. */
export interface OpenProxy {
  app: Hono<ProxyEnvironment>;
  books: Books;
  /** The token of a server without classes. */
  soloToken: string | null;
  /** The teacher's secret, where nobody has seen it yet: it can't be shown again. */
  adminSecret: string | null;
  close(): Promise<void>;
}

/** What a test puts in the place of the usual. */
export interface Replacements {
  logTo?: DestinationStream;
  retries?: Retries;
}

/** What differs between one person and a class. */
interface Mode extends Pick<OpenProxy, 'soloToken' | 'adminSecret'>, Pick<Dependencies, 'access' | 'modeRoutes'> {
  stop(): void;
}

/** Opens the store and the ways to the providers, and puts the app together. */
export async function openProxy(config: Config, files: Pick<Dependencies, 'app' | 'encoders'>, { logTo, retries }: Replacements = {}): Promise<OpenProxy> {
  const { providers, ceilings, cachedReplies } = config;
  const books = await openStore(config.store);
  const log = openLog(config.logLevel, logTo);
  const models = modelsOf(providers);
  const upstreams = new Map(providers.map((provider) => [provider.name, new Upstream(provider, ceilings, retries)]));
  const { access, modeRoutes, stop, ...secrets } = await (config.mode === 'class' ? classMode(config, models, books, log) : soloMode(config, books));
  const parts = { models, upstreams, books, ceilings, cachedReplies, log, metrics: new Metrics() };
  return {
    ...secrets,
    app: createApp(config, { ...files, access, modeRoutes, ...parts }),
    books,
    async close() {
      stop();
      await Promise.all([...upstreams.values()].map((upstream) => upstream.close()));
      await books.close();
    },
  };
}

async function soloMode({ port, budget, providers }: Config, books: Books): Promise<Mode> {
  const access = new Solo(port);
  await books.setCaps(SOLO_ACCOUNT, budget === null ? {} : { money: Math.round(budget * DOLLAR) });
  const about = { mode: 'solo', teacher: false, models: providers.length > 0 };
  const modeRoutes = [access.route(), row('GET', '/class', 'public', (context) => context.json(about))];
  return { access, modeRoutes, soloToken: access.token, adminSecret: null, stop: () => {} };
}

async function classMode({ secret: given, adminSecret, folder }: Config, models: Models, books: Books, log: Logger): Promise<Mode> {
  const secret = await installationSecret(path.join(folder, 'secret'), given);
  const classes = await openClasses({ books, log, secret, adminSecret, models: [...models.keys()] });
  return { access: classAccess(classes), modeRoutes: classRoutes(classes), soloToken: null, adminSecret: classes.newSecret, stop: classes.close };
}
