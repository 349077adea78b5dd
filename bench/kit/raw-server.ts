import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** The floor of a fan-out, in a process of its own: writes prepared batches to every client unchanged. */
export type RawOrder =
	| { do: "listen" }
	| { do: "write"; batches: string[]; everyMs: number; count: number }
	| { do: "clients" };
export type RawAnswer = { done: "listen"; port: number } | { done: "write" } | { done: "clients"; count: number };

const clients = new Set<Duplex>();

const server = createServer();
server.on("upgrade", (request, socket) => {
	const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
	const accept = createHash("sha1").update(key).digest("base64");
	socket.write(
		`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
	);
	clients.add(socket);
	socket.on("error", () => socket.destroy()).on("close", () => clients.delete(socket));
	socket.resume();
});

async function obey(order: RawOrder): Promise<RawAnswer> {
	if (order.do === "clients") return { done: "clients", count: clients.size };
	if (order.do === "write") {
		await write(order);
		return { done: "write" };
	}
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return { done: "listen", port: (server.address() as AddressInfo).port };
}

/** Writes the given number of batches to every client, one each `everyMs`; late ones follow at once. */
function write({ batches: texts, everyMs, count }: Extract<RawOrder, { do: "write" }>): Promise<void> {
	const batches = texts.map((text) => Buffer.from(text, "base64"));
	const startedAt = performance.now();
	let written = 0;
	return new Promise((resolve) => {
		const timer = setInterval(() => {
			const due = Math.min(count, Math.floor((performance.now() - startedAt) / everyMs) + 1);
			for (; written < due; written++) {
				const batch = batches[written % batches.length];
				for (const socket of clients) socket.write(batch);
			}
			if (written < count) return;
			clearInterval(timer);
			resolve();
		}, everyMs);
	});
}

process.on("message", (order: RawOrder) => {
	void obey(order).then((answer) => process.send?.(answer));
});
process.on("disconnect", () => process.exit(0));
