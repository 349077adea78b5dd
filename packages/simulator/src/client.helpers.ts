import { once } from "node:events";
import { get, type IncomingHttpHeaders } from "node:http";
import { gunzipSync } from "node:zlib";
import { createSigner } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import {
	decodePushFrame,
	decodeResponse,
	encodePushFrame,
	type Message,
	type PushFrame,
	type Response as WireResponse,
} from "@livekeeper/douyin/wire";
import { onTestFinished } from "vitest";
import WebSocket from "ws";
import type { Simulator } from "./simulator.ts";
import { type SimulatorOptions, startSimulator } from "./start-simulator.ts";

import { commonIdOf } from "./traffic/message-ids.ts";

export const userUniqueId = "7300000000000000123";
const userAgent = "Mozilla/5.0 (Test) Kit/1.0";

/** Starts a simulator on a clock that the test moves; it is closed when the test ends. */
export async function started(options: SimulatorOptions = {}): Promise<{ simulator: Simulator; clock: ManualClock }> {
	const clock = new ManualClock();
	const simulator = await startSimulator({ clock, rooms: 1, ...options });
	onTestFinished(() => simulator.close());
	return { simulator, clock };
}

/** Waits for an effect of real sockets. */
export async function until(what: string, holds: () => boolean): Promise<void> {
	const deadline = performance.now() + 150_000;
	while (!holds()) {
		if (performance.now() > deadline) throw new Error(`never happened: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 2));
	}
}

export interface Visit {
	roomId: string;
	/** Default: of an account. */
	cookie?: string;
	cursor?: string;
	/** Changes to the query; `undefined` leaves a parameter out. */
	query?: Record<string, string | undefined>;
	/** Changes to the headers. */
	headers?: Record<string, string | undefined>;
	/** Whether it behaves as the page does: heartbeat at once, acks, pongs. Default true. */
	polite?: boolean;
	/** Default: as `polite`. */
	heartbeats?: boolean;
}

export function pushUrl(simulator: Simulator, visit: Visit): string {
	const query: Record<string, string | undefined> = {
		app_name: "douyin_web",
		version_code: "180800",
		webcast_sdk_version: "1.0.15",
		update_version_code: "1.0.15",
		compress: "gzip",
		device_platform: "web",
		cookie_enabled: "true",
		screen_width: "1920",
		screen_height: "1080",
		browser_language: "zh-CN",
		browser_platform: "Win32",
		browser_name: "Mozilla",
		browser_version: userAgent.slice("Mozilla/".length),
		browser_online: "true",
		tz_name: "Asia/Shanghai",
		cursor: visit.cursor ?? "d-1_u-1_fh-7300000000000000001_t-1_r-1",
		internal_ext: "internal_src:dim|seq:1",
		host: "https://live.douyin.com",
		aid: "6383",
		live_id: "1",
		did_rule: "3",
		endpoint: "live_pc",
		support_wrds: "1",
		user_unique_id: userUniqueId,
		im_path: "/webcast/im/fetch/",
		identity: "audience",
		need_persist_msg_count: "15",
		insert_task_id: "",
		live_reason: "",
		room_id: visit.roomId,
		heartbeatDuration: "0",
		signature: String(createSigner().sign({ roomId: visit.roomId, userUniqueId })),
		...visit.query,
	};
	const pairs = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
	return `ws://127.0.0.1:${simulator.port}/webcast/im/push/v2/?${new URLSearchParams(pairs)}`;
}

/** A client that behaves like the web page, and records what it receives. */
export class Client {
	readonly socket: WebSocket;
	readonly frames: PushFrame[] = [];
	/** Complete binary messages, as they came. */
	readonly raw: Buffer[] = [];
	readonly messages: Message[] = [];
	pings = 0;
	cursor = "";
	/** Close code, once closed. */
	closed: number | undefined;
	error: Error | undefined;
	/** Status and headers of a refusal. */
	refusal: { status: number | undefined; headers: Record<string, string | string[] | undefined> } | undefined;

	constructor(simulator: Simulator, visit: Visit) {
		const polite = visit.polite ?? true;
		const headers = Object.entries({
			cookie: visit.cookie ?? "sessionid=made-up",
			"user-agent": userAgent,
			origin: "https://live.douyin.com",
			...visit.headers,
		}).filter((pair): pair is [string, string] => pair[1] !== undefined);
		this.socket = new WebSocket(pushUrl(simulator, visit), {
			headers: Object.fromEntries(headers),
			perMessageDeflate: false,
			autoPong: polite,
		});
		this.socket.on("open", () => (visit.heartbeats ?? polite) && this.heartbeat());
		this.socket.on("ping", () => this.pings++);
		this.socket.on("message", (data: Buffer) => this.#receive(data, polite));
		this.socket.on("close", (code) => {
			this.closed = code;
		});
		const keep = (error: Error) => {
			this.error = error;
		};
		this.socket.on("error", keep);
		// ws does not report a reset after the handshake.
		this.socket.on("upgrade", (response) => response.socket.on("error", keep));
		this.socket.on("unexpected-response", (request, response) => {
			this.refusal = { status: response.statusCode, headers: response.headers };
			request.destroy();
		});
		onTestFinished(() => this.socket.terminate());
	}

	get ids(): string[] {
		return this.messages.map(idOf);
	}

	get open(): boolean {
		return this.socket.readyState === WebSocket.OPEN;
	}

	heartbeat(): void {
		this.socket.send(Buffer.from("3a026862", "hex"));
	}

	/**
	 * Sends a WebSocket ping and waits for the answer: everything that the simulator wrote before has arrived by then.
	 */
	async ping(): Promise<void> {
		this.socket.ping();
		await once(this.socket, "pong");
	}

	#receive(data: Buffer, polite: boolean): void {
		this.raw.push(data);
		const frame = decodeOrUndefined(() => decodePushFrame(data));
		if (!frame) return;
		this.frames.push(frame);
		const response = frame.payloadType === "msg" ? decodeOrUndefined(() => contentOf(frame)) : undefined;
		if (!response) return;
		this.messages.push(...response.messages);
		this.cursor = header(frame, "im-cursor") ?? response.cursor;
		if (polite && response.needAck) {
			const payload = Buffer.from(response.internalExt);
			this.socket.send(encodePushFrame({ logId: frame.logId, payloadType: "ack", payload }));
		}
	}
}

export function header(frame: PushFrame, key: string): string | undefined {
	return frame.headers.find((candidate) => candidate.key === key)?.value;
}

export function contentOf(frame: PushFrame): WireResponse {
	return decodeResponse(gunzipSync(frame.payload, { maxOutputLength: 4 * 1024 * 1024 }));
}

function decodeOrUndefined<T>(decode: () => T): T | undefined {
	try {
		return decode();
	} catch {
		return undefined;
	}
}

/** Connects and waits for the handshake. */
export async function connected(simulator: Simulator, visit: Visit): Promise<Client> {
	const client = new Client(simulator, visit);
	await until("the handshake", () => client.open || client.closed !== undefined || client.refusal !== undefined);
	if (!client.open) throw new Error(`not let in: ${JSON.stringify(client.refusal)}`);
	return client;
}

/** Connects and waits for the refusal. */
export async function refused(simulator: Simulator, visit: Visit): Promise<NonNullable<Client["refusal"]>> {
	const client = new Client(simulator, visit);
	await until("the refusal", () => client.refusal !== undefined || client.open);
	if (!client.refusal) throw new Error("was let in");
	return client.refusal;
}

export async function fetchState(
	simulator: Simulator,
	visit: { roomId: string; cookie?: string; cursor?: string; query?: Record<string, string> },
): Promise<{ response: WireResponse; ids: string[]; why: string | null; status: number; bytes: number }> {
	const query = new URLSearchParams({
		resp_content_type: "protobuf",
		did_rule: "3",
		app_name: "douyin_web",
		endpoint: "live_pc",
		identity: "audience",
		version_code: "180800",
		live_id: "1",
		aid: "6383",
		device_platform: "web",
		user_unique_id: userUniqueId,
		room_id: visit.roomId,
		cursor: visit.cursor ?? "",
		...visit.query,
	});
	const answer = await fetch(`${simulator.url}/webcast/im/fetch/?${query}`, {
		headers: { cookie: visit.cookie ?? "sessionid=made-up" },
	});
	const body = Buffer.from(await answer.arrayBuffer());
	const response = decodeResponse(answer.status === 200 ? body : new Uint8Array(0));
	const ids = response.messages.map(idOf);
	return { response, ids, why: answer.headers.get("x-sim-why"), status: answer.status, bytes: body.length };
}

/** Returns the first room of a simulator. */
export function firstRoom(simulator: Simulator) {
	const [room] = simulator.rooms;
	if (!room) throw new Error("the simulator has no room");
	return room;
}

/** Returns the id of a message: its own, otherwise that of its envelope. */
export function idOf({ method, msgId, payload }: Pick<Message, "method" | "msgId" | "payload">): string {
	const own = commonIdOf(payload.whole(), method);
	return own === "0" ? msgId : own;
}

export interface Answer {
	status: number;
	headers: IncomingHttpHeaders;
	body: string;
}

/**
 * Sends a GET from an address of this machine, which the site counts as a separate one.
 *
 * @param from default 127.0.0.1
 */
export function ask(
	simulator: Simulator,
	path: string,
	{ from = "127.0.0.1", cookie = "ttwid=made-up" }: { from?: string; cookie?: string } = {},
): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const headers = cookie === "" ? {} : { cookie };
		const options = { host: "127.0.0.1", port: simulator.port, path, localAddress: from, headers, agent: false };
		get(options, async (response) => {
			const chunks: Buffer[] = [];
			for await (const chunk of response) chunks.push(chunk);
			const { statusCode: status = 0, headers } = response;
			resolve({ status, headers, body: Buffer.concat(chunks).toString() });
		}).on("error", reject);
	});
}
