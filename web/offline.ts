import type { Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { runtimeCache } from './src/storage/kept-files.ts';

/**
 * What makes the built app open without a network and lets it be installed: `sw.js` and `manifest.webmanifest`.
 *
 * The worker keeps every file of its version but ONNX Runtime's builds, of which a browser needs one or two: the page sees to those (kept-files.ts).
 * It answers for these files alone. Whatever else is asked goes to the network untouched: the proxy's answers (`v1`, `class`, `open`,
 * `models/index.json`), encoders of the server, which the page keeps itself, and the hub. A newer version waits until the page lets it take over, and
 * until then every file of the running one stays.
 */
export function offlineApp(): Plugin[] {
  return VitePWA({
    registerType: 'prompt',
    // The page does it: a script in the page would be against its policy, and the first load comes first.
    injectRegister: false,
    manifest: {
      name: 'Tagsmith',
      short_name: 'Tagsmith',
      description: 'Make a named-entity tagger in a browser tab, on your own GPU.',
      lang: 'en',
      start_url: './',
      scope: './',
      display: 'standalone',
      theme_color: '#faf9f7',
      background_color: '#faf9f7',
      categories: ['productivity', 'education', 'utilities'],
      icons: [
        { src: 'icons/tagsmith.svg', sizes: 'any', type: 'image/svg+xml' },
        { src: 'icons/tagsmith-192.png', sizes: '192x192', type: 'image/png' },
        { src: 'icons/tagsmith-512.png', sizes: '512x512', type: 'image/png' },
        { src: 'icons/tagsmith-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
      ],
    },
    workbox: {
      cacheId: 'tagsmith',
      globPatterns: ['index.html', 'assets/*.{js,mjs,css}', 'sample/*', 'models/shipped.json', 'models/tiny/*.{json,safetensors}'],
      // Their names carry a hash: what the page has loaded comes from the browser's own cache, not once more from the server.
      dontCacheBustURLsMatching: /^assets\//,
      // Pages live in the hash, so the one address of the app is its folder; every other address is the server's.
      navigateFallback: null,
      clientsClaim: true,
      skipWaiting: false,
      cleanupOutdatedCaches: true,
      inlineWorkboxRuntime: true,
      sourcemap: false,
      runtimeCaching: [{ urlPattern: /\/assets\/[^/]+\.wasm$/, handler: 'CacheFirst', options: { cacheName: runtimeCache } }],
    },
  });
}
