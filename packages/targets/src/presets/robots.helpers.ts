import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface Asked {
	method: string;
	/** URL with the query. */
	url: URL;
	headers: IncomingMessage["headers"];
	/** Body, as JSON. */
	content: Record<string, unknown>;
	body: string;
}

export type Reply = readonly [status: number, content: object | string, headers?: Record<string, string>];

/** A receiver on a free port of 127.0.0.1 that answers as the real one does. */
export class Robot {
	readonly asked: Asked[] = [];
	/** Accepted bodies. */
	readonly taken: Record<string, unknown>[] = [];
	readonly #server;

	static async listen(answer: (asked: Asked, robot: Robot) => Reply | Promise<Reply>): Promise<Robot> {
		const robot = new Robot(answer);
		robot.#server.listen(0, "127.0.0.1");
		await once(robot.#server, "listening");
		onTestFinished(() => robot.close());
		return robot;
	}

	private constructor(answer: (asked: Asked, robot: Robot) => Reply | Promise<Reply>) {
		this.#server = createServer(async (request, response) => {
			let body = "";
			for await (const chunk of request.setEncoding("utf8")) body += chunk;
			const url = new URL(request.url ?? "/", "http://robot.example");
			const content = JSON.parse(body) as Record<string, unknown>;
			const asked = { method: request.method ?? "", url, headers: request.headers, content, body };
			this.asked.push(asked);
			const [status, reply, headers] = await answer(asked, this);
			response.writeHead(status, { "content-type": "application/json", ...headers });
			response.end(typeof reply === "string" ? reply : JSON.stringify(reply));
		});
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	async close(): Promise<void> {
		this.#server.closeAllConnections();
		this.#server.close();
		await once(this.#server, "close");
	}
}

/** HMAC-SHA256 by WebCrypto, independent of the product's code. */
export async function hmacBase64(key: string, message: string): Promise<string> {
	const encoder = new TextEncoder();
	const algorithm = { name: "HMAC", hash: "SHA-256" };
	const imported = await crypto.subtle.importKey("raw", encoder.encode(key), algorithm, false, ["sign"]);
	const signed = await crypto.subtle.sign("HMAC", imported, encoder.encode(message));
	return btoa(String.fromCharCode(...new Uint8Array(signed)));
}
