import type { Hono } from 'hono';
import type { DestinationStream } from 'pino';
import path from 'node:path';
import { createApp, type Dependencies } from './app.ts';
import { modelsOf } from './chat/model.ts';
import { type Retries, Upstream } from './chat/upstream.ts';
import { ClassAccess } from './class/access.ts';
import { createAdminSecret } from './class/admin.ts';
import { Classes } from './class/classes.ts';
import { installationSecret } from './class/keys.ts';
import { classRoutes } from './class/routes.ts';
import type { Config } from './config.ts';
import { type Logger, openLog } from './log.ts';
import { Metrics } from './metrics.ts';
import type { ProxyEnvironment, Route } from './route.ts';
import { SOLO_ACCOUNT, SoloAccess } from './solo-access.ts';
import { openStore } from './store/open.ts';
import { DOLLAR, type Store } from './store/store.ts';

/** A server's parts put together, ready to listen. */
export interface OpenProxy {
  app: Hono<ProxyEnvironment>;
  store: Store;
  /** The token of a server without classes. */
  soloToken: string | null;
  /** The teacher's secret, where it was made just now: it can't be shown again. */
  adminSecret: string | null;
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
  const mode = await (config.mode === 'class' ? openClasses(config, store, log) : openSolo(config, store));
  const app = createApp(config, { ...files, access: mode.access, modeRoutes: mode.routes, models: modelsOf(config.providers), upstreams, ledger: store.ledger, ceilings: config.ceilings, cachedReplies: config.cachedReplies, log, metrics: new Metrics() });
  return {
    app,
    store,
    soloToken: mode.soloToken,
    adminSecret: mode.adminSecret,
    async close() {
      mode.close();
      await Promise.all([...upstreams.values()].map((upstream) => upstream.close()));
      await store.close();
    },
  };
}

/** What differs between one person and a class. */
interface Mode extends Pick<OpenProxy, 'soloToken' | 'adminSecret'>, Pick<Dependencies, 'access'> {
  routes: Route[];
  close(): void;
}

async function openSolo({ port, budget, providers }: Config, { ledger }: Store): Promise<Mode> {
  const access = new SoloAccess(port);
  await ledger.setCaps(SOLO_ACCOUNT, budget === null ? {} : { money: Math.round(budget * DOLLAR) });
  const about = { mode: 'solo', teacher: false, models: providers.length > 0 };
  const routes: Route[] = [access.route(), { method: 'GET', path: '/class', guard: 'public', handler: (context) => context.json(about) }];
  return { access, routes, soloToken: access.token, adminSecret: null, close: () => {} };
}

async function openClasses({ secret, adminSecret, folder, providers }: Config, store: Store, log: Logger): Promise<Mode> {
  const classes = await Classes.open({
    store,
    log,
    secret: await installationSecret(path.join(folder, 'secret'), secret ?? undefined),
    ...(adminSecret ? { adminSecret } : {}),
    models: [...modelsOf(providers).keys()],
  });
  const made = adminSecret ? null : await createAdminSecret(store.records);
  return { access: new ClassAccess(classes), routes: classRoutes(classes), soloToken: null, adminSecret: made, close: () => classes.close() };
}
