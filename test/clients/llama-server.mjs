import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * A real, small model (Gemma 3, 270 M) behind OpenAI's form on the loopback: `node llama-server.mjs <folder of node-llama-cpp> <model file>`.
 * One call at a time.
 */
const [folder, modelPath] = process.argv.slice(2);
const { getLlama, LlamaCompletion } = await import(pathToFileURL(createRequire(path.join(folder, 'package.json')).resolve('node-llama-cpp')).href);
const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'error' });
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({ contextSize: 1024, sequences: 1, threads: 1 });

let last = Promise.resolve();
const server = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk) => (text += chunk));
  request.on('end', () => (last = last.then(() => answer(JSON.parse(text), response)).catch((error) => response.headersSent ? response.destroy() : response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message: String(error.message) } })))));
});

async function answer({ messages, max_tokens: maxTokens, temperature = 0, seed = 1, stream, stream_options: options }, response) {
  const prompt = `${messages.map(({ role, content }) => `<start_of_turn>${role === 'assistant' ? 'model' : 'user'}\n${content}<end_of_turn>\n`).join('')}<start_of_turn>model\n`;
  const control = new AbortController();
  response.on('close', () => control.abort());
  const head = { id: 'chatcmpl-gemma', created: Math.floor(Date.now() / 1000), model: 'gemma-3-270m' };
  const send = (piece) => response.write(`data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...piece })}\n\n`);
  if (stream) response.writeHead(200, { 'content-type': 'text/event-stream' });
  const sequence = context.getSequence();
  const completion = new LlamaCompletion({ contextSequence: sequence });
  const tokens = model.tokenize(prompt, true);
  let written = 0;
  const reason = (tokens) => (tokens >= maxTokens ? 'length' : 'stop');
  try {
    const text = await completion.generateCompletion(tokens, {
      maxTokens, temperature, seed, signal: control.signal, stopOnAbortSignal: true, customStopTriggers: ['<end_of_turn>'],
      onTextChunk: stream ? (content) => send({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }) : undefined,
      onToken: (some) => (written += some.length),
    });
    const usage = { prompt_tokens: tokens.length, completion_tokens: written, total_tokens: tokens.length + written };
    if (!stream) return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ...head, object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: reason(written) }], usage }));
    send({ choices: [{ index: 0, delta: {}, finish_reason: reason(written) }] });
    if (options?.include_usage) send({ choices: [], usage });
    response.end('data: [DONE]\n\n');
  } finally {
    completion.dispose();
    sequence.dispose();
  }
}

server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
