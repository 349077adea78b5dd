import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import vue from "@vitejs/plugin-vue";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const service = process.env["DEV_SERVICE_URL"] ?? "http://127.0.0.1:7001";

/** Writes the service worker, with the files of this build that the page may need without the service. */
const serviceWorker: Plugin = {
	name: "service-worker",
	writeBundle({ dir = "" }) {
		const assets = readdirSync(join(dir, "assets")).filter(
			(name) => /\.(js|css)$/.test(name) && !/^overlay-/.test(name),
		);
		const files = [
			"/favicon.svg",
			"/icon-192.png",
			"/manifest.webmanifest",
			...assets.sort().map((name) => `/assets/${name}`),
		];
		const version = createHash("sha256")
			.update(files.join())
			.update(readFileSync(join(dir, "index.html")))
			.digest("hex");
		const script = readFileSync(here("service-worker.js"), "utf8")
			.replace("__VERSION__", version.slice(0, 16))
			.replace("/* __FILES__ */ []", JSON.stringify(files));
		writeFileSync(join(dir, "sw.js"), script);
	},
};

/** Lays each text file beside itself as browsers take it: the service sends what is there, and compresses nothing. */
const compressed: Plugin = {
	name: "compressed",
	writeBundle({ dir = "" }) {
		for (const name of readdirSync(dir, { recursive: true, encoding: "utf8" })) {
			if (!/\.(js|css|html|svg)$/.test(name)) continue;
			const content = readFileSync(join(dir, name));
			writeFileSync(join(dir, `${name}.br`), brotliCompressSync(content));
			writeFileSync(join(dir, `${name}.gz`), gzipSync(content, { level: 9 }));
		}
	},
};

export default defineConfig({
	root: here("."),
	base: "/",
	plugins: [vue(), tailwindcss(), serviceWorker, compressed],
	resolve: {
		alias: {
			"@livekeeper/client/filter": here("../client/src/filter.ts"),
			"@livekeeper/client/names": here("../client/src/names.ts"),
			"@livekeeper/client": here("../client/src/index.ts"),
			"@livekeeper/douyin/retry-after": here("../douyin/src/reconnect/retry-after.ts"),
		},
	},
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
		rolldownOptions: {
			input: { index: here("index.html"), overlay: here("overlay.html") },
			// A slow machine is not news to someone who starts the service.
			checks: { pluginTimings: false },
		},
	},
	server: {
		host: "127.0.0.1",
		strictPort: true,
		// Everything but the page itself comes from a running service, which `npm run dev` names.
		proxy: {
			"^/(api|docs|health|help|metrics)(/|$)": { target: service },
			"^/(ws|socket\\.io)(/|$)": { target: service, ws: true },
			"^/overlay/.+": { target: service, bypass: () => "/overlay.html" },
		},
	},
});
