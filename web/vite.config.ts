import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** `npm run dev -w web` serves the pages with live reload beside a gateway that `npm start` runs. */
const GATEWAY = 'http://127.0.0.1:4000';

export default defineConfig({
  root: file('.'),
  plugins: [react()],
  build: {
    outDir: file('dist'),
    target: 'es2023',
    // The page's policy allows no inline data.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { shop: file('index.html'), console: file('console.html') } },
  },
  server: {
    proxy: {
      '/graphql': { target: GATEWAY, ws: true, changeOrigin: true },
      '/console/api': { target: GATEWAY, changeOrigin: true },
    },
  },
});
