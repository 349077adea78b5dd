import { once } from "node:events";
import { createConnection, type Socket } from "node:net";

/** A masked text frame of a WebSocket client; the mask is zero. */
function textFrame(text: string): Buffer {
	const payload = Buffer.from(text);
	const { length } = payload;
	const head = length < 126 ? [0x81, 0x80 | length] : [0x81, 0x80 | 126, length >> 8, length & 0xff];
	return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]);
}

/** A connection by hand, with the request sent and its answer begun. */
async function ask(port: number, path: string, headers: readonly string[] = []): Promise<Socket> {
	const socket = createConnection(port, "127.0.0.1");
	socket.on("error", () => socket.destroy());
	socket.write([`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...headers, "", ""].join("\r\n"));
	await heard(socket, /^HTTP/);
	return socket;
}

/** Reads until the text has come, or the connection has ended. */
async function heard(socket: Socket, text: RegExp): Promise<void> {
	let all = "";
	const listen = (chunk: Buffer) => {
		all += chunk.toString("latin1");
	};
	socket.on("data", listen);
	while (!text.test(all) && !socket.destroyed) await Promise.race([once(socket, "data"), once(socket, "close")]);
	socket.off("data", listen);
}

const upgrade = [
	"Connection: Upgrade",
	"Upgrade: websocket",
	"Sec-WebSocket-Version: 13",
	`Sec-WebSocket-Key: ${Buffer.from("livekeeper-flood").toString("base64")}`,
];

/** A Socket.IO client by hand, let in. */
async function socketIoClient(port: number): Promise<Socket> {
	const socket = await ask(port, "/socket.io/?EIO=4&transport=websocket", upgrade);
	const letIn = heard(socket, /40\{"sid"/);
	socket.write(textFrame("40"));
	await letIn;
	return socket;
}

export type Output = "SSE" | "WebSocket" | "Socket.IO";

/** A reader of all there is of that room that reads nothing of it. */
export async function neverReader(output: Output, port: number, liveId: string): Promise<Socket> {
	if (output === "Socket.IO") {
		const socket = await socketIoClient(port);
		socket.pause();
		socket.write(textFrame(`42${JSON.stringify(["join", { live_id: liveId, after: 0 }])}`));
		return socket;
	}
	const isSse = output === "SSE";
	const path = isSse ? `/api/v1/rooms/${liveId}/events/stream?after=0` : `/ws/${liveId}?after=0`;
	const socket = await ask(port, path, isSse ? ["Accept: text/event-stream"] : upgrade);
	return socket.pause();
}
