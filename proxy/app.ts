import { Hono } from 'hono';
import { appRoute, type BuiltApp } from './built-app.ts';
import { chatRoutes, type ChatParts } from './chat/routes.ts';
import type { Config } from './config.ts';
import { encoderFileRoute, encoderIndexRoute, type EncoderStore } from './encoders.ts';
import { ApiError } from './error.ts';
import { errorFields } from './log.ts';
import { guards, origin, pairedApp, requestLog, security } from './middleware.ts';
import { row, type Access, type ProxyEnvironment, type Route } from './route.ts';

export interface Dependencies extends ChatParts {
  app: BuiltApp;
  /** Encoders for the tab. */
  encoders: EncoderStore;
  access: Access;
  /** Routes of the mode: the classes', or the one that leaves the solo token. */
  modeRoutes: readonly Route[];
}

/** Every route there is, each with its guard. The order matters to the last one alone. */
export function routeTable({ app, encoders, modeRoutes, ...chat }: Dependencies): Route[] {
  const { registry } = chat.metrics;
  return [
    row('GET', '/healthz', 'public', (context) => context.json({ ok: true })),
    row('GET', '/metrics', 'teacher', async (context) => context.text(await registry.metrics(), 200, { 'content-type': registry.contentType })),
    ...chatRoutes(chat),
    ...modeRoutes,
    row('GET', '/models/index.json', 'public', encoderIndexRoute(encoders)),
    row('GET', '/models/:id/:file', 'public', encoderFileRoute(encoders)),
    row('GET', '*', 'public', appRoute(app)),
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
    .notFound((context) => new ApiError(404, 'not_found', `There is nothing at ${context.req.path}.`).toResponse())
    .onError((error) => {
      if (error instanceof ApiError) return error.toResponse();
      log.error(errorFields(error), 'failed');
      return new ApiError(500, 'internal', 'The server failed at this; its log says more.').toResponse();
    });
}
