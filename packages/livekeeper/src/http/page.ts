import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import staticFiles from "@fastify/static";
import type { FastifyReply } from "fastify";
import type { App } from "./app.ts";
import { dashboardPaths, overlayPaths } from "./areas.ts";

/**
 * What the page may do: load its own files, ask this service, and show images that it has passed on. Names and
 * messages come from strangers: whatever they hold, nothing of it runs or is fetched from elsewhere.
 */
export const contentSecurityPolicy = [
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	// A part of the page becomes a picture by way of an image that is its own text.
	"img-src 'self' blob: data:",
	"font-src 'self'",
	"connect-src 'self'",
	"form-action 'self'",
	"base-uri 'none'",
	"frame-ancestors 'none'",
].join("; ");

/** Serves the dashboard at `/` and the overlays at `/overlay/{live_id}`, as they were built. */
export async function servePage(app: App): Promise<void> {
	const root = fileURLToPath(new URL(".", import.meta.resolve("@livekeeper/dashboard/dist/index.html")));
	if (!existsSync(root)) {
		app.log.warn({ event: "page_not_built" });
		return;
	}
	// Built files carry a hash in their names.
	await app.register(staticFiles, { root, serve: false, preCompressed: true, maxAge: "365d", immutable: true });
	app.get("/favicon.svg", { schema: { hide: true } }, (_request, reply) => reply.sendFile("favicon.svg"));
	// One route for all: a route for each file costs its part of every start.
	app.get<{ Params: { file: string } }>("/assets/:file(^[\\w.-]+$)", { schema: { hide: true } }, ({ params }, reply) =>
		reply.sendFile(params.file, join(root, "assets")),
	);
	const page = (file: string) => (_request: unknown, reply: FastifyReply) =>
		reply.header("content-security-policy", contentSecurityPolicy).sendFile(file, { maxAge: 0, immutable: false });
	for (const path of dashboardPaths) app.get(path, { schema: { hide: true } }, page("index.html"));
	for (const path of overlayPaths) app.get(path, { schema: { hide: true } }, page("overlay.html"));
}
