import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { gzipSync } from "node:zlib";
import { type WebSocket, WebSocketServer } from "ws";
import { startHttp, type TestServer, type UpgradeHandler } from "../net/servers.helpers.ts";
import { encodeChatMessage, encodeControlMessage, encodePushFrame, encodeResponse } from "../wire/index.ts";

/** One client's push socket, seen from the server. */
export interface PushPeer {
	request: IncomingMessage;
	query: URLSearchParams;
	socket: WebSocket;
	raw: Duplex;
	/** Messages that the client has sent. */
	received: Buffer[];
	/** Resolves once the client has sent `count` messages in all. */
	heard(count: number): Promise<void>;
	closed: Promise<void>;
}

export interface PushServer extends TestServer {
	url: string;
	/** Paths of the HTTP requests so far. */
	paths: string[];
	peers: PushPeer[];
	/** Resolves with the next client to open a socket. */
	nextPeer(): Promise<PushPeer>;
}

export interface PushServerOptions {
	/** Answer of `im/fetch`: a body, an HTTP status (with a `Retry-After` in s), or none. */
	fetch?: Uint8Array | number | readonly [number, number] | "hang" | "own host" | "own host and a foreign one";
	/** Called instead of the handshake. */
	onUpgrade?: UpgradeHandler;
}

/** Starts a local upstream: the home page with its cookie, `im/fetch`, and the push socket. */
export async function startPushServer(options: PushServerOptions = {}): Promise<PushServer> {
	const wss = new WebSocketServer({ noServer: true });
	const paths: string[] = [];
	const peers: PushPeer[] = [];
	let waiting: ((peer: PushPeer) => void)[] = [];
	const accept: UpgradeHandler = (request, raw, head) => {
		wss.handleUpgrade(request, raw, head, (socket) => {
			const peer = peerOf(request, socket, raw);
			peers.push(peer);
			for (const wake of waiting) wake(peer);
			waiting = [];
		});
	};
	const server = await startHttp(
		(request, response) => {
			const path = (request.url ?? "").split("?")[0] ?? "";
			paths.push(path);
			const { fetch = firstState() } = options;
			if (path === "/") response.setHeader("set-cookie", "ttwid=visitor; Path=/").end();
			else if (fetch === "hang") return;
			else if (typeof fetch === "string") {
				const pushServerV2 = fetch === "own host" ? "" : "wss://evil.example";
				response.end(firstState({ pushServerV2, pushServer: request.headers.host ?? "" }));
			} else if (typeof fetch === "number") response.writeHead(fetch).end();
			else if (fetch instanceof Uint8Array) response.end(fetch);
			else response.writeHead(fetch[0], { "retry-after": `${fetch[1]}` }).end();
		},
		{ onUpgrade: options.onUpgrade ?? accept },
	);
	return Object.assign(server, { paths, peers, nextPeer: () => new Promise<PushPeer>((r) => waiting.push(r)) });
}

function peerOf(request: IncomingMessage, socket: WebSocket, raw: Duplex): PushPeer {
	const received: Buffer[] = [];
	let waiting: { count: number; wake: () => void }[] = [];
	socket.on("error", () => undefined);
	socket.on("message", (data: Buffer) => {
		received.push(data);
		for (const { wake } of waiting.filter(({ count }) => received.length >= count)) wake();
		waiting = waiting.filter(({ count }) => received.length < count);
	});
	return {
		request,
		query: new URL(request.url ?? "", "ws://x").searchParams,
		socket,
		raw,
		received,
		heard: (count) => new Promise((wake) => (received.length >= count ? wake() : waiting.push({ count, wake }))),
		closed: new Promise((resolve) => socket.once("close", () => resolve())),
	};
}

const message = (id: number) => ({
	method: "WebcastChatMessage",
	msgId: String(id),
	payload: encodeChatMessage({ content: `message ${id}` }),
});

/** Default answer of `im/fetch`: one message, a cursor, no push server. */
export function firstState(fields: Parameters<typeof encodeResponse>[0] = {}): Uint8Array {
	return encodeResponse({ messages: [message(1)], cursor: "c1", internalExt: "e1", ...fields });
}

/** Returns a frame as the site sends it, with chat messages of these ids. */
export function chatFrame(
	ids: number[],
	options: { cursor?: string; needAck?: boolean; logId?: string } = {},
): Uint8Array {
	const { cursor, needAck = false, logId = "77" } = options;
	return frame(encodeResponse({ messages: ids.map(message), needAck }), { cursor, logId });
}

/** Returns the frame with the end of the broadcast, and a message before it. */
export function endFrame(): Uint8Array {
	const end = { method: "WebcastControlMessage", msgId: "99", payload: encodeControlMessage({ action: 3 }) };
	return frame(encodeResponse({ messages: [message(98), end] }), { cursor: undefined, logId: "1" });
}

export function payloadFrame(payloadType: string): Uint8Array {
	return encodePushFrame({ payloadType });
}

function frame(response: Uint8Array, { cursor, logId }: { cursor: string | undefined; logId: string }): Uint8Array {
	const headers = [{ key: "compress_type", value: "gzip" }];
	if (cursor) headers.push({ key: "im-cursor", value: cursor }, { key: "im-internal_ext", value: `ext of ${cursor}` });
	return encodePushFrame({ logId, payloadType: "msg", headers, payload: gzipSync(response) });
}
