import { readConfig } from '../../../proxy/config.ts';
import { openProxy } from '../../../proxy/open.ts';
import { listen } from '../../../proxy/server.ts';

/** A proxy as `npm start` runs it, without the page, for tests that kill it. Asked for memory, it says how much it holds. */
const config = readConfig(process.env);
const retries = { attempts: 3, base: 10, most: 50, mostRetryAfter: 1000 };
const proxy = await openProxy(config, { app: new Map(), encoders: { list: () => Promise.resolve([]) } }, { retries });
const server = await listen(proxy.app, config);
process.send!({ port: Number(new URL(server.address).port), token: proxy.soloToken });
process.once('SIGINT', () => process.exit());
process.on('message', () => process.send!({ memory: process.memoryUsage().rss }));
