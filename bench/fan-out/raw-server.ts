import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/**
 * The floor of a fan-out, in a process of its own: batches that were prepared beforehand, written to every client as they
 * are.
 */
export type RawOrder = { do: "write"; batches: string[]; everyMs: number } | { do: "count" } | { do: "rest" };

const clients = new Set<Duplex>();
let timer: NodeJS.Timeout | undefined;
let written = 0;

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
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));

process.on("message", (order: RawOrder) => {
	if (order.do === "count") {
		process.send?.({ written });
		return;
	}
	clearInterval(timer);
	if (order.do === "rest") return;
	const batches = order.batches.map((text) => Buffer.from(text, "base64"));
	let next = 0;
	timer = setInterval(() => {
		const batch = batches[next++ % batches.length];
		written++;
		for (const socket of clients) socket.write(batch);
	}, order.everyMs);
});
process.on("disconnect", () => process.exit(0));
