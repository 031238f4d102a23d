import { Hono } from 'hono';
import type { Access } from './access.ts';
import type { BuiltApp } from './built-app.ts';
import type { Ceilings } from './chat/ceilings.ts';
import { modelsRoutes } from './chat/models-routes.ts';
import type { Model } from './chat/model.ts';
import { chatRoute } from './chat/route.ts';
import type { Upstream } from './chat/upstream.ts';
import type { Config } from './config.ts';
import { ApiError } from './error.ts';
import { errorFields, hashedSeat, type Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import { guards } from './middleware/guard.ts';
import { origin } from './middleware/origin.ts';
import { pairedApp } from './middleware/paired-app.ts';
import { requestLog } from './middleware/request-log.ts';
import { security } from './middleware/security.ts';
import type { ProxyEnvironment, Route } from './route.ts';
import { appRoute } from './routes/app.ts';
import { modelFileRoute, modelIndexRoute, type ModelStore } from './routes/models.ts';
import type { Ledger } from './store/store.ts';

export interface Dependencies {
  app: BuiltApp;
  /** Encoders for the tab. */
  encoders: ModelStore;
  access: Access;
  /** Routes of the mode: the classes', or the one that leaves the solo token. */
  modeRoutes: readonly Route[];
  /** LLMs by the id that clients name. */
  models: ReadonlyMap<string, Model>;
  upstreams: ReadonlyMap<string, Upstream>;
  ledger: Ledger;
  ceilings: Ceilings;
  cachedReplies: number;
  log: Logger;
  metrics: Metrics;
}

/** Every route there is, each with its guard. The order matters to the last one alone. */
export function routeTable({ app, encoders, modeRoutes, models, upstreams, ledger, ceilings, cachedReplies, log, metrics }: Dependencies): Route[] {
  const chat = chatRoute({
    models,
    upstreams,
    ledger,
    ceilings,
    cachedReplies,
    onCall(model, seat, outcome) {
      metrics.call(model.id, outcome);
      if (log.isLevelEnabled('info')) log.info({ model: model.id, seat: hashedSeat(seat), books: outcome.books, ...outcome.booked, error: outcome.failure?.code }, 'call');
    },
  });
  return [
    { method: 'GET', path: '/healthz', guard: 'public', handler: (context) => context.json({ ok: true }) },
    { method: 'GET', path: '/metrics', guard: 'teacher', handler: async (context) => context.text(await metrics.registry.metrics(), 200, { 'content-type': metrics.registry.contentType }) },
    chat,
    ...modelsRoutes(models, ledger, ceilings),
    ...modeRoutes,
    { method: 'GET', path: '/models/index.json', guard: 'public', handler: modelIndexRoute(encoders) },
    { method: 'GET', path: '/models/:id/:file', guard: 'public', handler: modelFileRoute(encoders) },
    { method: 'GET', path: '*', guard: 'public', handler: appRoute(app) },
  ];
}

/** The server as a function from request to answer; nothing listens yet. */
export function createApp({ names, appOrigin }: Pick<Config, 'names' | 'appOrigin'>, dependencies: Dependencies): Hono<ProxyEnvironment> {
  const { access, log, metrics } = dependencies;
  const hono = new Hono<ProxyEnvironment>();
  hono.use(requestLog(log, metrics)).use(security()).use(origin(names, appOrigin));
  if (appOrigin) hono.use(pairedApp(appOrigin));
  const guard = guards(access);
  for (const route of routeTable(dependencies)) hono.on(route.method, route.path, guard[route.guard], route.handler);
  return hono
    .notFound((context) => new ApiError(404, 'not_found_error', 'not_found', `There is nothing at ${context.req.path}.`).toResponse())
    .onError((error) => {
      if (error instanceof ApiError) return error.toResponse();
      log.error(errorFields(error), 'failed');
      return new ApiError(500, 'api_error', 'internal', 'The server failed at this; its log says more.').toResponse();
    });
}
