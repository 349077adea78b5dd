import { rmSync } from "node:fs";
import { createSigner } from "@livekeeper/douyin";
import { decodePushFrame, encodePushFrame } from "@livekeeper/douyin/wire";
import Database from "better-sqlite3";
import { WebSocket } from "ws";
import { obeyOrders } from "./child-process.ts";
import { skimFrame } from "./skim.ts";

/**
 * The floor of a service that keeps rooms, in a process of its own: a socket for each room, F for each frame, its ack,
 * and a row for each message, in one transaction per 10 ms. It decodes nothing and remembers nothing.
 */
export type FloorOrder =
	| { do: "open"; port: number; roomIds: string[]; file: string | undefined }
	| { do: "count" }
	| { do: "memory" };

export type FloorAnswer =
	| { done: "open" }
	| { done: "count"; messages: number; rows: number }
	| { done: "memory"; heapBytes: number; rssBytes: number };

const commitMs = 10;
/** Size of a row, bytes: the mean size of an event's JSON. */
const rowBytes = 528;
const heartbeatMs = 10_000;
const heartbeat = Buffer.from("3a026862", "hex");
const userUniqueId = "7300000000000000123";
const userAgent = "Mozilla/5.0 (Bench) Floor/1.0";

let messages = 0;
let waiting: Uint8Array[] = [];
let insertAll: ((rows: readonly Uint8Array[]) => void) | undefined;
let countRows = () => 0;

function openDatabase(file: string): void {
	rmSync(file, { force: true });
	const db = new Database(file);
	db.pragma("journal_mode = WAL");
	db.pragma("synchronous = NORMAL");
	db.exec("CREATE TABLE events (body BLOB NOT NULL) STRICT");
	const insert = db.prepare("INSERT INTO events (body) VALUES (?)");
	insertAll = db.transaction((rows: readonly Uint8Array[]) => {
		for (const row of rows) insert.run(row);
	});
	countRows = () => db.prepare<[], number>("SELECT count(*) FROM events").pluck().get() ?? 0;
}

function commit(): void {
	const rows = waiting;
	waiting = [];
	insertAll?.(rows);
}

function receive(socket: WebSocket, data: Buffer): void {
	skimFrame(data, (bytes, start, end) => {
		messages++;
		if (!insertAll) return;
		if (waiting.length === 0) setTimeout(commit, commitMs);
		waiting.push(bytes.subarray(start, Math.min(end, start + rowBytes)));
	});
	const { payloadType, logId, headers } = decodePushFrame(data);
	if (payloadType !== "msg") return;
	const internalExt = headers.find(({ key }) => key === "im-internal_ext")?.value ?? "";
	socket.send(encodePushFrame({ logId, payloadType: "ack", payload: Buffer.from(internalExt) }));
}

function pushUrl(port: number, roomId: string): string {
	const query = new URLSearchParams({
		...{ app_name: "douyin_web", version_code: "180800", webcast_sdk_version: "1.0.15" },
		...{ update_version_code: "1.0.15", compress: "gzip", device_platform: "web", cookie_enabled: "true" },
		...{ screen_width: "1920", screen_height: "1080", browser_language: "zh-CN", browser_platform: "Win32" },
		...{ browser_name: "Mozilla", browser_version: "5.0", browser_online: "true", tz_name: "Asia/Shanghai" },
		...{ cursor: "d-1_u-1_fh-7300000000000000001_t-1_r-1", internal_ext: "internal_src:dim|seq:1" },
		...{ host: "https://live.douyin.com", aid: "6383", live_id: "1", did_rule: "3", endpoint: "live_pc" },
		...{ support_wrds: "1", user_unique_id: userUniqueId, im_path: "/webcast/im/fetch/", identity: "audience" },
		...{ need_persist_msg_count: "15", room_id: roomId, heartbeatDuration: "0" },
		signature: String(createSigner().sign({ roomId, userUniqueId })),
	});
	return `ws://127.0.0.1:${port}/webcast/im/push/v2/?${query}`;
}

function connect(url: string): Promise<void> {
	const headers = { cookie: "sessionid=made-up", "user-agent": userAgent, origin: "https://live.douyin.com" };
	const socket = new WebSocket(url, { headers, perMessageDeflate: false });
	socket.on("message", (data: Buffer) => receive(socket, data));
	return new Promise((resolve, reject) => {
		socket.once("error", reject);
		socket.once("unexpected-response", (_, response) => reject(new Error(`refused: ${response.statusCode}`)));
		socket.once("close", (code) => {
			throw new Error(`a socket of the floor was closed with ${code}`);
		});
		socket.once("open", () => {
			socket.send(heartbeat);
			setInterval(() => socket.send(heartbeat), heartbeatMs);
			resolve();
		});
	});
}

async function obey(order: FloorOrder): Promise<FloorAnswer> {
	if (order.do === "count") return { done: "count", messages, rows: countRows() };
	if (order.do === "memory") {
		for (let turn = 0; turn < 3; turn++) globalThis.gc?.();
		const { heapUsed, external, rss } = process.memoryUsage();
		return { done: "memory", heapBytes: heapUsed + external, rssBytes: rss };
	}
	if (order.file !== undefined) openDatabase(order.file);
	for (let from = 0; from < order.roomIds.length; from += 50) {
		await Promise.all(order.roomIds.slice(from, from + 50).map((roomId) => connect(pushUrl(order.port, roomId))));
	}
	return { done: "open" };
}

obeyOrders(obey);
