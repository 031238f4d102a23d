import { expect, test } from 'vitest';
import { openValkeyStore } from '../../../proxy/store/valkey.ts';
import { startValkey } from '../../valkey.ts';
import { skipped, valkey } from '../store/valkey-server.ts';
import { errorOf, Place } from './place.ts';

test.skipIf(!valkey)(`two proxies of one store and secret are one class server${skipped}`, async () => {
  const server = await startValkey(valkey!);
  const one = await Place.open({ books: await openValkeyStore(server.url) });
  const two = await Place.open({ books: await openValkeyStore(server.url) });
  two.cookie = one.cookie;
  try {
    const { id, code } = await one.make();
    const passes = await Promise.all(Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? one : two).join(code, 'Ana')));
    expect(new Set(passes.map(({ nickname }) => nickname)).size).toBe(30);
    expect((await two.report(id)).seats).toHaveLength(30);
    expect((await one.call(passes[1]!)).scope).toBe(id);
    await two.teach('PATCH', `/class/classes/${id}`, { paused: true });
    await expect(one.call(passes[0]!)).rejects.toMatchObject({ code: 'class_paused' });
    await two.teach('DELETE', `/class/classes/${id}`);
    expect(await errorOf(one.learn(passes[0]!))).toMatchObject({ status: 401, code: 'no_such_seat' });
    const left = [...((await server.command('KEYS', '*')) as string[]), JSON.stringify(await one.books.list(''))].join('\n');
    for (const { seat, nickname } of passes) for (const trace of [seat, nickname]) expect(left).not.toContain(trace);
  } finally {
    for (const place of [one, two]) {
      place.classes.close();
      await place.books.close();
    }
    await server.stop();
  }
});
