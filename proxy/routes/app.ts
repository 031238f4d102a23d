import type { Route } from '../route.ts';
import { encodings, type BuiltApp } from '../built-app.ts';
import { fileResponse } from '../file-response.ts';

/** The built app, compressed where the browser takes it. */
export function appRoute(app: BuiltApp): Route['handler'] {
  return (context) => {
    const forms = app.get(context.req.path === '/index.html' ? '/' : context.req.path);
    if (!forms) return context.notFound();
    const accepted = acceptedEncodings(context.req.header('accept-encoding') ?? '');
    const encoding = context.req.header('range') ? undefined : encodings.find(({ name }) => forms[name] && accepted.includes(name));
    return fileResponse(context.req.raw, (encoding && forms[encoding.name]) ?? forms.plain);
  };
}

/** Names in `accept-encoding`, without those that are refused (`br;q=0`). */
function acceptedEncodings(header: string): string[] {
  return header.split(',').flatMap((part) => {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    return parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter)) ? [] : [name];
  });
}
