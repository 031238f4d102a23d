import { Hono } from 'hono';
import type { BuiltApp } from './built-app.ts';
import type { Config } from './config.ts';
import { origin } from './middleware/origin.ts';
import { security } from './middleware/security.ts';
import { appRoute } from './routes/app.ts';
import { modelFileRoute, modelIndexRoute, type ModelStore } from './routes/models.ts';

export interface Dependencies {
  app: BuiltApp;
  models: ModelStore;
}

/** The server as a function from request to answer; nothing listens yet. */
export function createApp({ names }: Pick<Config, 'names'>, { app, models }: Dependencies): Hono {
  return new Hono()
    .use(security())
    .use(origin(names))
    .get('/healthz', (context) => context.json({ ok: true }))
    .get('/models/index.json', modelIndexRoute(models))
    .get('/models/:id/:file', modelFileRoute(models))
    .get('*', appRoute(app))
    .notFound((context) => context.text(`There is nothing at ${context.req.path}.\n`, 404))
    .onError((error, context) => {
      console.error(error);
      return context.text('The server failed at this; its window says more.\n', 500);
    });
}
