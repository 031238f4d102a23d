import { ApiError } from '../error.ts';
import type { ProxyContext, Route } from '../route.ts';
import { type Account, DOLLAR, type Ledger } from '../store/store.ts';
import type { Ceilings } from './ceilings.ts';
import { mayUse, type Model } from './model.ts';

/** `/v1/models` in OpenAI's form, and `/v1/limits`: what the caller may use and what is left of it. */
export function modelsRoutes(models: ReadonlyMap<string, Model>, ledger: Ledger, ceilings: Ceilings): Route[] {
  const usable = (context: ProxyContext): Model[] => [...models.values()].filter((model) => mayUse(context.get('caller'), model));
  return [
    { method: 'GET', path: '/v1/models', guard: 'caller', handler: (context) => context.json({ object: 'list', data: usable(context).map(describe) }) },
    {
      method: 'GET',
      path: '/v1/models/:id{.+}',
      guard: 'caller',
      handler: (context) => {
        const model = usable(context).find(({ id }) => id === context.req.param('id'));
        if (!model) throw new ApiError(404, 'not_found_error', 'model_not_found', `There is no model ${JSON.stringify(context.req.param('id'))} here.`);
        return context.json(describe(model));
      },
    },
    {
      method: 'GET',
      path: '/v1/limits',
      guard: 'caller',
      handler: async (context) => {
        const accounts = await Promise.all(context.get('caller').accounts.map(async (name) => ({ name: name.split(':')[0], ...limits(await ledger.account(name)) })));
        const terms = usable(context).map(({ id, provider, input, output, context: window, maxOutput }) => ({ id, provider: provider.name, inputDollarsPerMillion: input, outputDollarsPerMillion: output, context: window, maxOutput }));
        return context.json({ models: terms, accounts, ceilings }, 200, { 'cache-control': 'no-store' });
      },
    },
  ];
}

function describe({ id, provider }: Model): { id: string; object: 'model'; created: number; owned_by: string } {
  return { id, object: 'model', created: 0, owned_by: provider.name };
}

function limits({ caps, spent, reserved, open, unresolved }: Account): object {
  const { money, ...rest } = caps;
  return {
    caps: { dollars: money === undefined ? null : money / DOLLAR, tokens: rest.tokens ?? null, requests: rest.requests ?? null, concurrency: rest.concurrency ?? null },
    used: { dollars: spent.money / DOLLAR, tokens: spent.tokens, requests: spent.requests },
    reserved: { dollars: reserved.money / DOLLAR, tokens: reserved.tokens },
    open,
    unresolved: { dollars: unresolved.money / DOLLAR, requests: unresolved.requests },
  };
}
