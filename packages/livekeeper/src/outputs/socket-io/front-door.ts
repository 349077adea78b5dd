import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Server as HttpServer, IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { errorReply, LivekeeperError } from "@livekeeper/base/errors";
import { languageOf, requestTexts } from "@livekeeper/base/text";

const ours = /^\/socket\.io\//;
const taken = ["GET", "POST", "OPTIONS"];

/**
 * Runs before the library's own handler. A request to `/socket.io/` that `answers` handles goes no further, and neither
 * does one with a method that the library would answer with a 500.
 */
export function placeBefore(
	server: HttpServer,
	answers: (request: IncomingMessage, response: ServerResponse) => boolean,
): void {
	const listeners = server.listeners("request") as RequestListener[];
	server.removeAllListeners("request");
	server.on("request", (request, response) => {
		if (ours.test(request.url ?? "")) {
			if (answers(request, response)) return;
			if (!taken.includes(request.method ?? "")) return refuseMethod(request, response);
		}
		for (const listener of listeners) listener.call(server, request, response);
	});
}

function refuseMethod(request: IncomingMessage, response: ServerResponse): void {
	const text = requestTexts.wrongMethod("/socket.io/", request.method ?? "");
	const error = new LivekeeperError("method_not_allowed", text);
	const body = JSON.stringify(errorReply(error, languageOf(request)));
	const headers = { "content-type": "application/json; charset=utf-8", allow: taken.join(", "), connection: "close" };
	response.writeHead(error.status, headers).end(body);
}

const library = createRequire(import.meta.url).resolve("socket.io/package.json");
const { version } = JSON.parse(readFileSync(library, "utf8")) as { version: string };
const etag = `"${version}"`;
const path = /^\/socket\.io\/(socket\.io(?:\.min|\.esm\.min|\.msgpack\.min)?\.js(?:\.map)?)(?:\?|$)/;

/** A file of the client, plain and compressed. */
interface File {
	plain: Buffer;
	gzipped: Buffer;
}

/**
 * Serves the files of Socket.IO's client, which pages load from the service. Each file is read and compressed once: the
 * library would do both for every request, and no key is needed for one.
 */
export class ClientFiles {
	readonly #files = new Map<string, Promise<File>>();
	readonly #load: (name: string) => Promise<File>;

	/** @param load reads and compresses a file */
	constructor(load: (name: string) => Promise<File> = loadFile) {
		this.#load = load;
	}

	/** Returns the name of the file that a request asks for; `undefined` if none. */
	static nameOf(request: IncomingMessage): string | undefined {
		return path.exec(request.url ?? "")?.[1];
	}

	/** @param origin origin whose pages may read the file as a module; a `script` needs none */
	async serve(name: string, request: IncomingMessage, response: ServerResponse, origin?: string): Promise<void> {
		response.setHeader("etag", etag).setHeader("cache-control", "public, max-age=0");
		response.setHeader("vary", "accept-encoding, origin");
		if (origin !== undefined) response.setHeader("access-control-allow-origin", origin);
		if (request.headers["if-none-match"]?.replace(/^W\//, "") === etag) return void response.writeHead(304).end();
		let file = this.#files.get(name);
		if (!file) {
			file = this.#load(name);
			this.#files.set(name, file);
		}
		const { plain, gzipped } = await file;
		const packed = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|\s|$))/.test(String(request.headers["accept-encoding"] ?? ""));
		if (packed) response.setHeader("content-encoding", "gzip");
		const type = name.endsWith(".map") ? "application/json" : "application/javascript";
		const body = packed ? gzipped : plain;
		response.writeHead(200, { "content-type": `${type}; charset=utf-8`, "content-length": body.length });
		response.end(request.method === "HEAD" ? undefined : body);
	}
}

export async function loadFile(name: string): Promise<File> {
	const plain = await readFile(join(dirname(library), "client-dist", name));
	return { plain, gzipped: await promisify(gzip)(plain) };
}
