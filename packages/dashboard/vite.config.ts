import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
	root: here("."),
	base: "/",
	plugins: [vue(), tailwindcss()],
	resolve: { alias: { "@livekeeper/client": here("../client/src/index.ts") } },
	define: {
		__VUE_OPTIONS_API__: "false",
		__VUE_PROD_DEVTOOLS__: "false",
		__VUE_I18N_LEGACY_API__: "false",
		__INTLIFY_PROD_DEVTOOLS__: "false",
	},
	build: {
		target: "es2023",
		outDir: "dist",
		// The service's CSP allows no data: URLs but for images it made itself.
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
		// Overlays are a page of their own: small, and loaded in OBS without anything of the dashboard.
		rolldownOptions: { input: { index: here("index.html"), overlay: here("overlay.html") } },
	},
	server: {
		port: 7002,
		proxy: { "/api": "http://127.0.0.1:7001", "/ws": { target: "ws://127.0.0.1:7001", ws: true } },
	},
});
