import { defineConfig } from 'vite';

/** The pages are served with `default-src 'none'`: nothing may end up inline in index.html. */
export default defineConfig({
  logLevel: 'warn',
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:4400' } },
});
