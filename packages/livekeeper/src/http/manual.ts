import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { createGunzip } from "node:zlib";
import { LivekeeperError } from "@livekeeper/base/errors";
import { languageOf, requestTexts } from "@livekeeper/base/text";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { App } from "./app.ts";
import { contentSecurityPolicy } from "./page.ts";

/**
 * Folder that `npm run docs` builds: beside `src` and `dist`, and part of the package. A bundle is at the same depth.
 */
const builtManual = fileURLToPath(new URL("../../help", import.meta.url));

/** The page's policy, and `data:` images, which are the icons of the manual's style sheet. */
const manualPolicy = contentSecurityPolicy.replace("img-src 'self' blob:", "img-src 'self' data:");

/**
 * Serves the manual at `/help`, in the requested language. Reads no file before the first request, so a clone,
 * which builds it after the start, shows it as soon as it exists.
 *
 * @param root the folder with the built manual
 */
export function serveManual(app: App, root = builtManual): void {
	// Not even the page is built.
	if (!app.hasReplyDecorator("sendFile")) return;
	for (const path of ["/help", "/help/"]) {
		app.get(path, { schema: { hide: true } }, (request, reply) =>
			reply.header("vary", "accept-language").redirect(`/help/${languageOf(request)}/`, 302),
		);
	}
	app.get<{ Params: { "*": string } }>("/help/*", { schema: { hide: true } }, async (request, reply) => {
		const file = fileOf(request.params["*"]);
		const compressed = join(root, `${file}.gz`);
		const text = await found(compressed);
		if (!text && !(await found(join(root, file)))) {
			const isBuilt = (await found(root)) !== undefined;
			throw new LivekeeperError("not_found", isBuilt ? requestTexts.noManualPage : requestTexts.noManual);
		}
		if (file.endsWith(".html")) reply.header("content-security-policy", manualPolicy);
		if (text) return sendText(request, reply, file, { ...text, path: compressed });
		const isForEver = file.startsWith(hashed);
		return reply.sendFile(
			file,
			root,
			isForEver ? { maxAge: "365d", immutable: true } : { maxAge: 0, immutable: false },
		);
	});
}

/** Names of files there contain a hash. Browsers revalidate other files. */
const hashed = "assets/";

const types: Readonly<Record<string, string>> = {
	".css": "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
	".txt": "text/plain; charset=utf-8",
};

/** Sends a compressed file: unchanged to clients that accept that, as every browser does. */
function sendText(
	request: FastifyRequest,
	reply: FastifyReply,
	file: string,
	{ path, size, mtimeMs }: { path: string; size: number; mtimeMs: number },
): FastifyReply {
	const etag = `W/"${size.toString(36)}-${Math.trunc(mtimeMs).toString(36)}"`;
	reply.headers({ etag, vary: "accept-encoding" }).type(types[posix.extname(file)] ?? "application/octet-stream");
	reply.header("cache-control", `public, ${file.startsWith(hashed) ? "max-age=31536000, immutable" : "max-age=0"}`);
	if (request.headers["if-none-match"] === etag) return reply.code(304).send();
	const content = createReadStream(path);
	if (!/\bgzip\b/.test(String(request.headers["accept-encoding"]))) return reply.send(content.pipe(createGunzip()));
	return reply.header("content-encoding", "gzip").send(content);
}

/** Looks a file up without blocking this thread on the disk. @returns `undefined` if it does not exist */
async function found(path: string): Promise<{ size: number; mtimeMs: number } | undefined> {
	const stats = await stat(path).catch(() => undefined);
	return stats && { size: stats.size, mtimeMs: stats.mtimeMs };
}

/**
 * Returns the file for an address of the manual; pages have no extension. It is always within its folder, on Windows
 * too.
 */
function fileOf(address: string): string {
	const path = posix.normalize(`/${address.replaceAll("\\", "/")}`).slice(1);
	if (path === "" || path.endsWith("/")) return `${path}index.html`;
	return posix.extname(path) === "" ? `${path}.html` : path;
}
