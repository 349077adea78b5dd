import { once } from "node:events";
import { io, type Socket } from "socket.io-client";
import { expect, onTestFinished, test, vi } from "vitest";
import { WebSocket } from "ws";
import { type Answer, ask, connectRoom, say, startTestService, startWithRoom } from "../../service/service.helpers.ts";
import type { Service } from "../../service.ts";

const handshake = "/socket.io/?EIO=4&transport=polling";

function client(service: Service): Socket {
	const socket = io(service.url, { transports: ["websocket"], forceNew: true, reconnection: false });
	onTestFinished(() => void socket.disconnect());
	return socket;
}

/** Answer to a token: the connection's id, perhaps behind a ping that was due meanwhile. */
const admitted = /(^|\W)40\{"sid"/;

const emit = (socket: Socket, event: string, request: unknown) => socket.timeout(30_000).emitWithAck(event, request);

interface Reply {
	success: boolean;
	error?: { code: string; hint: string };
}

/** Counts replies by kind. */
function tally(replies: readonly Reply[]): Record<string, number> {
	const kinds: Record<string, number> = {};
	for (const { error } of replies) kinds[error?.code ?? "joined"] = (kinds[error?.code ?? "joined"] ?? 0) + 1;
	return kinds;
}

/** A raw Engine.IO client: a polling session that reads only when it polls. */
class PollingClient {
	readonly #service: Service;
	readonly #path: string;

	static async open(service: Service, headers: object = {}): Promise<PollingClient> {
		const { body } = await ask(service, "GET", handshake, undefined, headers);
		return new PollingClient(service, JSON.parse(String(body).slice(1)).sid);
	}

	private constructor(service: Service, sid: string) {
		this.#service = service;
		this.#path = `/socket.io/?EIO=4&transport=polling&sid=${sid}`;
	}

	send(...packets: string[]): Promise<Answer> {
		const body = packets.join("\x1e");
		return ask(this.#service, "POST", this.#path, body, { "content-type": "text/plain" });
	}

	poll(): Promise<Answer> {
		return ask(this.#service, "GET", this.#path);
	}
}

const metric = async (service: Service, name: string) =>
	Number(new RegExp(`^${name} (\\d+)$`, "m").exec((await ask(service, "GET", "/metrics")).body)?.[1]);

test("queues joins up to the bound, and refuses the others", async () => {
	const service = await startWithRoom({ maxRoomsPerSocket: "5" });
	const { requireReadable } = service.live;
	let [underWay, max, served] = [0, 0, 0];
	// The first join waits until another one is refused, because the machine decides whether joins are served as fast as
	// they arrive.
	let resume: () => void = () => undefined;
	const oneIsRefused = new Promise<void>((resolve) => {
		resume = resolve;
	});
	vi.spyOn(service.live, "requireReadable").mockImplementation(async (liveId) => {
		served++;
		max = Math.max(max, ++underWay);
		await oneIsRefused;
		await requireReadable.call(service.live, liveId);
		underWay--;
	});
	const socket = client(service);
	await once(socket as never, "connect");
	const join = async () => {
		const reply: Reply = await emit(socket, "join", { live_id: "1001" });
		if (!reply.success) resume();
		return reply;
	};
	const replies = await Promise.all(Array.from({ length: 900 }, join));
	const { joined = 0, too_many_requests: refused = 0, ...others } = tally(replies);
	expect(others).toEqual({});
	expect([joined + refused, served]).toEqual([900, joined]);
	expect(joined).toBeGreaterThanOrEqual(5);
	expect(max).toBe(1);
	expect(replies.find(({ success }) => !success)?.error?.hint).toContain("Wait for the answers");
	expect(await emit(socket, "join", { live_id: "1001" })).toMatchObject({ success: true });
});

test("disconnects a client that floods it with refused requests", async () => {
	const service = await startWithRoom({ maxRoomsPerSocket: "5" });
	const [flooding, other] = [client(service), client(service)];
	await Promise.all([once(flooding as never, "connect"), once(other as never, "connect")]);
	const isCut = new Promise<void>((resolve) => void flooding.once("disconnect", () => resolve()));
	// While the first request is pending, those past the bound are refused.
	vi.spyOn(service.live, "requireReadable").mockImplementationOnce(() => isCut);
	for (let n = 0; n < 2_000; n++) flooding.emit("join", { live_id: "1001" });
	await isCut;
	expect(await emit(other, "join", { live_id: "1001" })).toMatchObject({ success: true });
	// A client that returns and sends requests at a normal rate is served.
	expect(await emit(flooding.connect(), "join", { live_id: "1001" })).toMatchObject({ success: true });
});

test("limits a client's rooms, and frees one it leaves", async () => {
	const service = await startTestService({ maxRoomsPerSocket: "2" });
	for (const liveId of ["1001", "1002", "1003"]) await connectRoom(service, liveId);
	const socket = client(service);
	const join = (live_id: string) => emit(socket, "join", { live_id });
	expect(tally([await join("1001"), await join("1002"), await join("1002")])).toEqual({ joined: 3 });
	const refused = {
		success: false,
		error: { code: "too_many_joins", hint: expect.stringContaining("max_rooms_per_socket") },
	};
	expect(await join("1003")).toMatchObject(refused);
	await emit(socket, "leave", { live_id: "1001" });
	expect(await join("1003")).toMatchObject({ success: true });
	expect(await emit(client(service), "join", { live_id: "1001" })).toMatchObject({ success: true });
});

test("leaves a room even right after its join", async () => {
	const service = await startWithRoom();
	const socket = client(service);
	const heard = vi.fn();
	socket.on("message", heard);
	await once(socket as never, "connect");
	await Promise.all([emit(socket, "join", { live_id: "1001" }), emit(socket, "leave", { live_id: "1001" })]);
	await say(service, "没人听");
	// This answer comes after the event would have, so the event was not sent.
	await emit(socket, "leave", { live_id: "1001" });
	expect(heard).not.toHaveBeenCalled();
});

test("refuses an unknown event with an answer", async () => {
	const socket = client(await startWithRoom());
	const answer = await emit(socket, "subscribe", { live_id: "1001" });
	expect(answer).toMatchObject({
		success: false,
		error: { code: "invalid_request", hint: expect.stringContaining("join") },
	});
});

test("disconnects a client that reads no answers", async () => {
	const service = await startWithRoom({ socketBuffer: "65536" });
	const polling = await PollingClient.open(service);
	await polling.send("40");
	await polling.poll();
	// Their answers take about 50 KB.
	const requests = Array.from({ length: 200 }, () => '42["leave",{"live_id":""}]');
	expect((await polling.send(...requests)).status).toBe(200);
	expect(await metric(service, "livekeeper_socketio_slow_readers_total")).toBe(0);
	for (let n = 0; n < 2; n++) await polling.send(...requests);
	expect((await polling.send(...requests)).status).toBe(400);
	expect(await metric(service, "livekeeper_socketio_slow_readers_total")).toBe(1);
	expect(await metric(service, "livekeeper_socketio_clients")).toBe(0);
});

test("disconnects a connection that asks for admission several times", async () => {
	const service = await startWithRoom();
	const polling = await PollingClient.open(service);
	await polling.send(...Array.from({ length: 50 }, () => "40"));
	expect(await metric(service, "livekeeper_socketio_clients")).toBe(0);
	expect((await polling.poll()).status).toBe(400);
});

test("refuses a body larger than requests need", async () => {
	const service = await startWithRoom();
	const polling = await PollingClient.open(service);
	expect((await polling.send(`42["join",{"live_id":"${"1".repeat(20_000)}"}]`)).status).toBe(413);
});

test("replaces sessions only of strangers that open many", async () => {
	const service = await startWithRoom({ apiKey: "correct-horse", trustProxy: "127.0.0.1" });
	const from = (address: string) => ({ "x-forwarded-for": address });
	// A session that asks for no admission ends by itself after 10 s, which a busy machine may need for what follows.
	vi.useFakeTimers({ toFake: ["setTimeout"] });
	onTestFinished(() => void vi.useRealTimers());
	const owner = await PollingClient.open(service, from("10.0.0.1"));
	const statuses = new Set<number>();
	for (let n = 0; n < 620; n++) {
		const session = await ask(service, "GET", handshake, undefined, from(`10.0.1.${n % 2}`));
		statuses.add(session.status);
	}
	expect(statuses).toEqual(new Set([200, 403]));
	const { status, body } = await owner.send('40{"token":"correct-horse"}');
	expect([status, body]).toEqual([200, "ok"]);
	expect((await owner.poll()).body).toMatch(admitted);
});

test("counts sessions per address, but admits the key", async () => {
	// More than the owner asks for until its room is connected.
	const max = 200;
	const service = await startWithRoom({ apiKey: "correct-horse", rateLimit: `${max}` });
	const answers: Answer[] = [];
	for (let n = 0; n < max + 2; n++) answers.push(await ask(service, "GET", handshake));
	expect(answers.map(({ status }) => status).indexOf(403)).toBe(max);
	expect(answers.at(-1)?.body.message).toMatch(/^too_many_requests: More than 200 requests/);
	const byHeader = await PollingClient.open(service, { authorization: "Bearer correct-horse" });
	await byHeader.send("40");
	expect((await byHeader.poll()).body).toMatch(admitted);
	const inQuery = await ask(service, "GET", `${handshake}&api_key=correct-horse`);
	expect(inQuery.body).toMatch(/^0\{"sid"/);
});

test("answers a wrong key once, then disconnects the session", async () => {
	const service = await startWithRoom({ apiKey: "correct-horse" });
	const stranger = await PollingClient.open(service);
	await stranger.send('40{"token":"wrong"}');
	expect((await stranger.poll()).body).toContain("unauthorized");
	await stranger.send('40{"token":"correct-horse"}');
	expect((await stranger.poll()).status).toBe(400);
});

test.each([["cross-site"], ["same-site"]])("refuses a foreign page's session without an Origin (%s)", async (site) => {
	const service = await startWithRoom();
	const headers = { "sec-fetch-site": site };
	const { status, body } = await ask(service, "GET", "/socket.io/?EIO=4&transport=polling", undefined, headers);
	expect([status, body.message]).toEqual([403, expect.stringMatching(/^forbidden_origin: .+ → .+cors_origins/)]);
	const url = `${service.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`;
	const socket = new WebSocket(url, { headers });
	socket.on("error", () => undefined);
	const [, refused] = await once(socket, "unexpected-response");
	expect(refused.statusCode).toBe(400);
	expect(await metric(service, "livekeeper_socketio_refused_total")).toBe(2);
});

test.each([["same-origin"], ["none"]])("opens a session for a page of its own (%s)", async (site) => {
	const polling = await PollingClient.open(await startWithRoom(), { "sec-fetch-site": site });
	expect((await polling.send("40")).status).toBe(200);
});
