import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openProxy } from '../../proxy/open.ts';
import { listen } from '../../proxy/server.ts';
import { SOLO_ACCOUNT } from '../../proxy/solo.ts';
import { certificate } from '../../proxy/tls.ts';
import { configOf, provider } from '../proxy/proxy-under-test.ts';

/** The proxy in a process of its own, over HTTPS or HTTP, before a service at the address given. Asked for its books, it tells them. */
const [url = '', scheme = 'https'] = process.argv.slice(2);
const folder = mkdtempSync(path.join(tmpdir(), 'tagsmith-llm-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const own = scheme === 'https' ? await certificate({ tls: 'made', names: ['localhost'], folder }) : undefined;
const config = configOf([provider(url, { concurrency: 1000 })], { logLevel: 'silent' }, { maxTokens: 1000 });
const proxy = await openProxy(config, { app: new Map(), encoders: { list: () => Promise.resolve([]) } });
const server = await listen(proxy.app, { host: '127.0.0.1', port: 0 }, own);
process.send!({ base: `${server.address}v1`, token: proxy.soloToken, ca: own?.certificate });
process.on('message', () => void proxy.books.account(SOLO_ACCOUNT).then((account) => process.send!(account)));
