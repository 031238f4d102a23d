import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import packageFile from './package.json' with { type: 'json' };
import { contentSecurityPolicyMeta, securityHeaders } from './proxy/policy.ts';
import { offlineApp } from './web/offline.ts';

/** Static hosts send no headers, so the built page carries its policy itself. Not while developing: Vite's own scripts and styles are inline. */
function policyInPage(): Plugin {
  const meta = { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicyMeta }, injectTo: 'head-prepend' as const };
  return { name: 'tagsmith:policy', apply: 'build', transformIndexHtml: () => [meta] };
}

/**
 * The encoders that come with the app: `models/index.json` for static hosts (the server makes its own list, of all that it has), and
 * `models/shipped.json`, which is true wherever the app is, without a network as well.
 */
function shippedModelIndex(): Plugin {
  return {
    name: 'tagsmith:models',
    apply: 'build',
    async generateBundle() {
      const { storedModels } = await import('./web/src/models/node/store.ts');
      const shipped = (await storedModels({ TAGSMITH_MODELS: 'no-such-folder' })).map(({ id, files }) => ({ id, files }));
      for (const fileName of ['models/index.json', 'models/shipped.json']) this.emitFile({ type: 'asset', fileName, source: JSON.stringify({ models: shipped }) });
    },
  };
}

/**
 * transformers.js runs models by the ONNX Runtime that its worker has loaded anyway, set up as there: its own choice would be another build of
 * it, 27 MB more, which it takes from another host unless told.
 */
function oneRuntime(): Plugin {
  return {
    name: 'tagsmith:one-runtime',
    enforce: 'pre',
    resolveId(source, importer) {
      if (source === 'onnxruntime-web/webgpu' && importer && /@xenova.transformers/.test(importer)) return this.resolve('onnxruntime-web/wasm', importer);
    },
  };
}

/** What the server behind the page answers. */
const served = /^\/(?:models|v1|class|open)\//;

/** `npm run dev` answers for encoders and LLMs as `npm start` does. */
function proxyWhileDeveloping(): Plugin {
  return {
    name: 'tagsmith:dev-proxy',
    apply: 'serve',
    async configureServer({ middlewares, config: { logger } }) {
      if (process.env.VITEST) return;
      const [{ readConfig }, { openProxy }, { storedModels }, { getRequestListener }] = await Promise.all([
        import('./proxy/config.ts'),
        import('./proxy/open.ts'),
        import('./web/src/models/node/store.ts'),
        import('@hono/node-server'),
      ]);
      const config = readConfig(process.env);
      const { app, soloToken } = await openProxy(config, { app: new Map(), encoders: { list: () => storedModels(process.env) } });
      if (config.providers.length > 0) logger.info(`The page with LLMs: open/${soloToken} under the address below`);
      const listener = getRequestListener(app.fetch);
      middlewares.use((request, response, next) => {
        if (served.test(`${request.url}/`)) void listener(request, response);
        else next();
      });
    },
  };
}

/** How long plugins took says nothing to whoever starts the app. */
const quiet = { pluginTimings: false };

const { 'content-security-policy': _, ...headersWhileDeveloping } = securityHeaders;

export default defineConfig({
  root: 'web',
  // Relative, so that the built files work under any path of any static host.
  base: './',
  define: { 'import.meta.env.TAGSMITH_VERSION': JSON.stringify(packageFile.version) },
  build: { outDir: '../dist', emptyOutDir: true, target: 'es2024', assetsInlineLimit: 0, chunkSizeWarningLimit: 700, rolldownOptions: { checks: quiet } },
  worker: { format: 'es', plugins: () => [oneRuntime()], rolldownOptions: { checks: quiet } },
  optimizeDeps: { exclude: ['onnxruntime-web', '@xenova/transformers'] },
  server: { headers: headersWhileDeveloping },
  plugins: [svelte({ configFile: false }), oneRuntime(), policyInPage(), shippedModelIndex(), offlineApp(), proxyWhileDeveloping()],
  test: {
    root: '.',
    include: ['test/**/*.test.ts'],
    // These need a browser, and have commands of their own.
    exclude: ['test/e2e/**', 'test/gpu/**', 'test/browsers/**', 'node_modules/**'],
    testTimeout: 30_000,
    // Vitest would leave a core free, which of two is half.
    maxWorkers: '100%',
  },
});
