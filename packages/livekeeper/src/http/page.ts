import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import staticFiles from "@fastify/static";
import type { FastifyReply } from "fastify";
import type { App } from "./app.ts";
import { dashboardPaths, overlayPaths, shellFiles } from "./areas.ts";

/**
 * Rights of the page: it may load its own files, call this service, and show images that it has passed on. Names and
 * messages come from strangers: nothing in them runs or is fetched from elsewhere.
 */
export const contentSecurityPolicy = [
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	// A part of the page is converted to a picture through an image of its own markup.
	"img-src 'self' blob: data:",
	"font-src 'self'",
	"connect-src 'self'",
	"manifest-src 'self'",
	"worker-src 'self'",
	"form-action 'self'",
	"base-uri 'none'",
	"frame-ancestors 'none'",
].join("; ");

type Page = "index.html" | "overlay.html";

/** Sends a page with its policy. Browsers revalidate it, because it names the files of this version. */
export function sendPage(reply: FastifyReply, file: Page): FastifyReply {
	reply.header("content-security-policy", contentSecurityPolicy);
	return reply.sendFile(file, { maxAge: 0, immutable: false });
}

/** Serves the built dashboard at `/`, and the overlays at `/overlay/{live_id}`. */
export async function servePage(app: App): Promise<void> {
	const root = fileURLToPath(new URL(".", import.meta.resolve("@livekeeper/dashboard/dist/index.html")));
	if (!existsSync(root)) {
		app.log.warn({ event: "page_not_built" });
		return;
	}
	// Names of built files contain a hash.
	await app.register(staticFiles, { root, serve: false, preCompressed: true, maxAge: "365d", immutable: true });
	// These have the same names in each version.
	for (const file of shellFiles) {
		app.get(file, { schema: { hide: true } }, (_request, reply) =>
			reply.sendFile(file.slice(1), { maxAge: 0, immutable: false }),
		);
	}
	// One route for all files, because each route would add to every start.
	app.get<{ Params: { file: string } }>("/assets/:file(^[\\w.-]+$)", { schema: { hide: true } }, ({ params }, reply) =>
		reply.sendFile(params.file, join(root, "assets")),
	);
	const page = (file: Page) => (_request: unknown, reply: FastifyReply) => sendPage(reply, file);
	for (const path of dashboardPaths) app.get(path, { schema: { hide: true } }, page("index.html"));
	for (const path of overlayPaths) app.get(path, { schema: { hide: true } }, page("overlay.html"));
}
