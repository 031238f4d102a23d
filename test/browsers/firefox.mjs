#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { WebSocket, WebSocketServer } from 'ws';

/**
 * Starts Firefox ($TAGSMITH_FIREFOX) for Playwright and stands between the two. Playwright speaks WebDriver BiDi with a stock Firefox (channel `moz-firefox`),
 * but a newer BiDi than a release with long support (seen with 153): commands it lacks that ask for nothing but the usual look are answered here, and
 * downloads, which it tells of without a name of their own, are named by their address.
 */
const answered = new Set(['emulation.setMediaFeaturesOverride']);
const ofDownloads = new Set(['browsingContext.downloadWillBegin', 'browsingContext.downloadEnd']);

const firefox = spawn(process.env.TAGSMITH_FIREFOX ?? 'firefox', process.argv.slice(2), { stdio: ['ignore', 'inherit', 'pipe'] });
firefox.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
firefox.on('exit', (status) => process.exit(status ?? 1));
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => firefox.kill(signal));

createInterface({ input: firefox.stderr }).on('line', (line) => {
  const address = /WebDriver BiDi listening on (ws:\/\/\S+)$/.exec(line)?.[1];
  if (!address) return console.error(line);
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 }, () => console.error(`WebDriver BiDi listening on ws://127.0.0.1:${server.address().port}`));
  server.on('connection', (playwright) => relay(playwright, new WebSocket(`${address}/session`)));
});

/** Both ends as one line, which ends when either does. */
function relay(playwright, browser) {
  const early = [];
  playwright.on('message', (data) => {
    const words = data.toString();
    const { id, method } = JSON.parse(words);
    if (answered.has(method)) playwright.send(JSON.stringify({ type: 'success', id, result: {} }));
    else if (browser.readyState === WebSocket.OPEN) browser.send(lawful(words));
    else early.push(lawful(words));
  });
  browser.on('open', () => early.forEach((words) => browser.send(words)));
  browser.on('message', (data) => playwright.send(named(data.toString())));
  for (const [one, other] of [[browser, playwright], [playwright, browser]]) {
    one.on('close', () => other.close());
    one.on('error', (error) => console.error(error.message));
  }
}

/** Before a screenshot Playwright adds an empty inline style and takes it away again, which the page's policy refuses and reports. */
function lawful(words) {
  return words.includes('inPagePrepareForScreenshots') ? words.replace('if (syncAnimations)', 'if (false)') : words;
}

function named(words) {
  const message = JSON.parse(words);
  if (!ofDownloads.has(message.method)) return words;
  return JSON.stringify({ ...message, params: { download: message.params.url, ...message.params } });
}
