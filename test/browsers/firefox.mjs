#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { WebSocket, WebSocketServer } from 'ws';

/**
 * Starts Firefox ($TAGSMITH_FIREFOX) for Playwright and stands between the two. Playwright speaks WebDriver BiDi with a stock Firefox (channel `moz-firefox`),
 * but a newer BiDi than a release with long support (seen with 153): commands it lacks that ask for nothing but the usual look are answered here,
 * downloads, which it tells of without a name of their own, are named by their address, and what the mouse does in one go comes as one command, because
 * clicks of several are never a double click to it.
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
  const send = (words) => (browser.readyState === WebSocket.OPEN ? browser.send(words) : early.push(words));
  const mouse = new Mouse((command) => send(JSON.stringify(command)));
  playwright.on('message', (data) => {
    const words = data.toString();
    const command = JSON.parse(words);
    if (answered.has(command.method)) return playwright.send(JSON.stringify({ type: 'success', id: command.id, result: {} }));
    if (mouse.takes(command)) return;
    mouse.act();
    send(lawful(words));
  });
  browser.on('open', () => early.forEach((words) => browser.send(words)));
  browser.on('message', (data) => {
    const words = data.toString();
    for (const id of mouse.answeredBy(words)) playwright.send(JSON.stringify({ ...JSON.parse(words), id }));
    playwright.send(named(words));
  });
  for (const [one, other] of [[browser, playwright], [playwright, browser]]) {
    one.on('close', () => other.close());
    one.on('error', (error) => console.error(error.message));
  }
}

/** Gathers what the mouse is told within a moment, on one page, into the first of the commands; the others are answered as that one is. */
class Mouse {
  #waiting = [];
  #timer;
  #others = new Map();
  #send;

  constructor(send) {
    this.#send = send;
  }

  takes(command) {
    if (command.method !== 'input.performActions' || command.params.actions.length !== 1 || command.params.actions[0].parameters?.pointerType !== 'mouse') return false;
    if (this.#waiting[0] && this.#waiting[0].params.context !== command.params.context) this.act();
    this.#timer ??= setTimeout(() => this.act(), 10);
    this.#waiting.push(command);
    return true;
  }

  act() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [first, ...others] = this.#waiting.splice(0);
    if (!first) return;
    const [source] = first.params.actions;
    for (const { params } of others) source.actions.push(...params.actions[0].actions);
    this.#others.set(first.id, others.map(({ id }) => id));
    this.#send(first);
  }

  /** Ids of the commands that went with the one that this answers. */
  answeredBy(words) {
    if (this.#others.size === 0) return [];
    const { id } = JSON.parse(words);
    const others = this.#others.get(id) ?? [];
    this.#others.delete(id);
    return others;
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
