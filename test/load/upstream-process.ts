import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A service with a fixed delay: a plain reply after it, or a stream of ten pieces with the delay between them. */
const delay = Number(process.argv[2]);
const usage = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 };
const head = { id: 'chatcmpl-1', created: 1, model: 'small' };
const plain = JSON.stringify({ ...head, object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: 'A reply of some words, as they are.' }, finish_reason: 'stop' }], usage });
const piece = `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'words ' }, finish_reason: null }] })}\n\n`;
const last = `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [], usage })}\n\ndata: [DONE]\n\n`;
const PIECES = 10;

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    if (!body.includes('"stream":true')) {
      setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(plain), delay);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let sent = 0;
    const timer = setInterval(() => {
      if (sent++ < PIECES) response.write(piece);
      else {
        clearInterval(timer);
        response.end(last);
      }
    }, delay);
    response.on('close', () => clearInterval(timer));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', 4096, () => process.send!({ port: (server.address() as AddressInfo).port }));
