import { createConnection, type Socket } from "node:net";
import { heard, textFrame, upgrade } from "../../kit/raw-reader.ts";

/** Opens a raw connection, sends the request, and waits for the beginning of its answer. */
async function ask(port: number, path: string, headers: readonly string[] = []): Promise<Socket> {
	const socket = createConnection(port, "127.0.0.1");
	socket.on("error", () => socket.destroy());
	socket.write([`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...headers, "", ""].join("\r\n"));
	await heard(socket, /^HTTP/);
	return socket;
}

/** Opens a raw Socket.IO client that is accepted. */
async function socketIoClient(port: number): Promise<Socket> {
	const socket = await ask(port, "/socket.io/?EIO=4&transport=websocket", upgrade);
	const letIn = heard(socket, /40\{"sid"/);
	socket.write(textFrame("40"));
	await letIn;
	return socket;
}

export type Output = "SSE" | "WebSocket" | "Socket.IO";

/** Opens a reader of everything in the room that never reads. */
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
