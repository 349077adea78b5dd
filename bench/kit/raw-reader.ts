import { once } from "node:events";
import { createConnection, type Socket } from "node:net";

/** Returns a masked text frame of a WebSocket client; the mask is zero. */
export function textFrame(text: string): Buffer {
	const payload = Buffer.from(text);
	const { length } = payload;
	const head = length < 126 ? [0x81, 0x80 | length] : [0x81, 0x80 | 126, length >> 8, length & 0xff];
	return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]);
}

/** Opens a raw connection, sends the request, and waits for the beginning of its answer. */
async function ask(port: number, path: string, headers: readonly string[] = []): Promise<Socket> {
	const socket = createConnection(port, "127.0.0.1");
	socket.on("error", () => socket.destroy()).setMaxListeners(0);
	const answered = heard(socket, /^HTTP\/1.1 (101|200)/);
	socket.write([`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...headers, "", ""].join("\r\n"));
	await answered;
	return socket;
}

/** Reads until the text has arrived, or the connection has ended. */
export async function heard(socket: Socket, text: RegExp): Promise<void> {
	let all = "";
	const listen = (chunk: Buffer) => {
		all += chunk.toString("latin1");
	};
	socket.on("data", listen);
	while (!text.test(all) && !socket.destroyed) await Promise.race([once(socket, "data"), once(socket, "close")]);
	socket.off("data", listen);
}

export const upgrade = [
	"Connection: Upgrade",
	"Upgrade: websocket",
	"Sec-WebSocket-Version: 13",
	`Sec-WebSocket-Key: ${Buffer.from("livekeeper-bench").toString("base64")}`,
];

export const forms = ["Socket.IO", "Socket.IO batch", "WebSocket", "WebSocket batch", "SSE"] as const;
export type Form = (typeof forms)[number];

/**
 * Opens a reader of a room that costs its process as little as possible: it counts and parses nothing.
 * @param after `seq` to begin after; default: only new events
 */
export async function reader(form: Form, port: number, liveId: string, after?: number): Promise<Socket> {
	const query = after === undefined ? "" : `&after=${after}`;
	if (form === "SSE") {
		return ask(port, `/api/v1/rooms/${liveId}/events/stream?${query}`, ["Accept: text/event-stream"]);
	}
	if (form === "WebSocket") return ask(port, `/ws/${liveId}?${query}`, upgrade);
	if (form === "WebSocket batch") return ask(port, `/ws/${liveId}?batch=1${query}`, upgrade);
	const socket = await letIn(port);
	const joined = heard(socket, /430\[/);
	socket.write(textFrame(`420${JSON.stringify(["join", { live_id: liveId, after, batch: form !== "Socket.IO" }])}`));
	await joined;
	return socket;
}

/** Opens a Socket.IO client that has joined these rooms. */
export async function joinAll(port: number, liveIds: readonly string[]): Promise<Socket> {
	const socket = await letIn(port);
	const joined = heard(socket, new RegExp(`43${liveIds.length - 1}\\[`));
	for (const [n, live_id] of liveIds.entries())
		socket.write(textFrame(`42${n}${JSON.stringify(["join", { live_id }])}`));
	await joined;
	return socket;
}

async function letIn(port: number): Promise<Socket> {
	const socket = await ask(port, "/socket.io/?EIO=4&transport=websocket", upgrade);
	const answered = heard(socket, /40\{"sid"/);
	socket.write(textFrame("40"));
	await answered;
	// An unrequested pong counts as well.
	const pongs = setInterval(() => socket.write(textFrame("3")), 10_000);
	socket.once("close", () => clearInterval(pongs));
	return socket;
}
