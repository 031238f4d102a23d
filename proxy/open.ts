import type { Hono } from 'hono';
import type { DestinationStream } from 'pino';
import { createApp, type Dependencies } from './app.ts';
import { modelsOf } from './chat/model.ts';
import { type Retries, Upstream } from './chat/upstream.ts';
import type { Config } from './config.ts';
import { openLog } from './log.ts';
import { Metrics } from './metrics.ts';
import type { ProxyEnvironment } from './route.ts';
import { SOLO_ACCOUNT, SoloAccess } from './solo-access.ts';
import { openStore } from './store/open.ts';
import { DOLLAR, type Store } from './store/store.ts';

/** A server's parts put together, ready to listen. */
export interface OpenProxy {
  app: Hono<ProxyEnvironment>;
  store: Store;
  /** The token of a server without classes. */
  soloToken: string | null;
  close(): Promise<void>;
}

/** What a test puts in the place of the usual. */
export interface Replacements {
  logTo?: DestinationStream;
  retries?: Retries;
}

/** Opens the store and the ways to the providers, and puts the app together. */
export async function openProxy(config: Config, files: Pick<Dependencies, 'app' | 'encoders'>, { logTo, retries }: Replacements = {}): Promise<OpenProxy> {
  const store = await openStore(config.store);
  const log = openLog(config.logLevel, logTo);
  const upstreams = new Map(config.providers.map((provider) => [provider.name, new Upstream(provider, config.ceilings, retries)]));
  const { access, modeRoutes, soloToken } = await openSolo(config, store);
  const app = createApp(config, { ...files, access, modeRoutes, models: modelsOf(config.providers), upstreams, ledger: store.ledger, ceilings: config.ceilings, cachedReplies: config.cachedReplies, log, metrics: new Metrics() });
  return {
    app,
    store,
    soloToken,
    async close() {
      await Promise.all([...upstreams.values()].map((upstream) => upstream.close()));
      await store.close();
    },
  };
}

async function openSolo({ port, budget, providers }: Config, { ledger }: Store): Promise<Pick<Dependencies, 'access' | 'modeRoutes'> & { soloToken: string }> {
  const access = new SoloAccess(port);
  await ledger.setCaps(SOLO_ACCOUNT, budget === null ? {} : { money: Math.round(budget * DOLLAR) });
  const about = { mode: 'solo', teacher: false, models: providers.length > 0 };
  return { access, soloToken: access.token, modeRoutes: [access.route(), { method: 'GET', path: '/class', guard: 'public', handler: (context) => context.json(about) }] };
}
