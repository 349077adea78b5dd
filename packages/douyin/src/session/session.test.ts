import { createHash } from "node:crypto";
import type { Duplex } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { createUpstream, type UpstreamOptions } from "../client/index.ts";
import { DouyinError, type FailureReason } from "../errors.ts";
import { holdOpen, startConnectProxy, startSocks5Proxy } from "../net/servers.helpers.ts";
import { createSigner } from "../signature/index.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import type { HostAdvisor, SessionItem, SessionRequest } from "../upstream.ts";
import { decodePushFrame, encodeChatMessage, encodePushFrame, encodeResponse } from "../wire/index.ts";
import {
	chatFrame,
	endFrame,
	firstState,
	type PushServer,
	type PushServerOptions,
	payloadFrame,
	startPushServer,
} from "./push-server.helpers.ts";
import { sessionItems } from "./session-items.helpers.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const ids = { liveId: "1001", roomId: "7300000000000000002", userUniqueId: "7400000000000000003" };
const heartbeat = "3a026862";

interface Bench {
	server: PushServer;
	clock: ManualClock;
	stop: AbortController;
	session(request?: Partial<SessionRequest>): AsyncIterator<SessionItem>;
	run(take: (item: SessionItem) => unknown): Promise<void>;
	/** Resolves when no timer and no connection is left. */
	released(): Promise<void>;
}

async function bench(serverOptions: PushServerOptions = {}, options: UpstreamOptions = {}): Promise<Bench> {
	const server = await startPushServer(serverOptions);
	const clock = new ManualClock();
	const stop = new AbortController();
	const upstream = createUpstream({ baseUrl: server.url, clock, ...options });
	cleanups.push(
		() => server.close(),
		() => upstream.close(),
		() => stop.abort(),
	);
	return {
		server,
		clock,
		stop,
		run: (take) => upstream.session({ ...ids, signal: stop.signal }, take),
		session: (request) => sessionItems((take) => upstream.session({ ...ids, signal: stop.signal, ...request }, take)),
		async released() {
			expect(clock.pendingTimers).toBe(0);
			upstream.close();
			await server.idle();
		},
	};
}

async function next(session: AsyncIterator<SessionItem>): Promise<SessionItem> {
	const { value, done } = await session.next();
	if (done) throw new Error("the session has ended");
	return value;
}

async function nextFrame(session: AsyncIterator<SessionItem>): Promise<SessionItem & { type: "frame" }> {
	for (;;) {
		const item = await next(session);
		if (item.type === "frame") return item;
	}
}

async function nextBackfill(session: AsyncIterator<SessionItem>): Promise<SessionItem & { type: "backfill" }> {
	const item = await next(session);
	if (item.type !== "backfill") throw new Error(`a backfill is to come, not ${item.type}`);
	return item;
}

/** A `needsBackfill` that is true only after the first frame of the socket. */
function afterFirst(): () => boolean {
	let frames = 0;
	return () => frames++ === 0;
}

/** Reads until the session throws. */
async function failure(session: AsyncIterator<SessionItem>): Promise<DouyinError> {
	try {
		for (let result = await session.next(); !result.done; result = await session.next());
	} catch (error) {
		expect(error).toBeInstanceOf(DouyinError);
		return error as DouyinError;
	}
	throw new Error("the session ended without a failure");
}

/** A session that is open: the first state and `opened` have been read. */
async function openSession(made: Bench, request: Partial<SessionRequest> = {}) {
	const session = made.session(request);
	const arriving = made.server.nextPeer();
	for (let item = await next(session); item.type !== "opened"; item = await next(session));
	return { session, peer: await arriving };
}

describe("a session's beginning", () => {
	it("is the first state, then the open socket, then frames", async () => {
		const made = await bench();
		const session = made.session();
		const arriving = made.server.nextPeer();
		expect(await next(session)).toMatchObject({
			type: "frame",
			events: [{ type: "chat", id: "1", content: "message 1" }],
			cursor: { roomId: ids.roomId, cursor: "c1", internalExt: "e1" },
		});
		expect(await next(session)).toEqual({ type: "opened", host: new URL(made.server.url).host, resumed: false });
		(await arriving).socket.send(chatFrame([2, 3], { cursor: "c2" }));
		expect(await next(session)).toMatchObject({
			type: "frame",
			events: [{ id: "2" }, { id: "3" }],
			cursor: { roomId: ids.roomId, cursor: "c2", internalExt: "ext of c2" },
			receivedAt: made.clock.now(),
		});
		expect(made.server.paths).toEqual(["/", "/webcast/im/fetch/"]);
	});

	it("includes payloads in all items only on request", async () => {
		for (const raw of [true, false]) {
			const made = await bench();
			const session = made.session({ raw, needsBackfill: afterFirst() });
			const arriving = made.server.nextPeer();
			const first = await nextFrame(session);
			await next(session);
			(await arriving).socket.send(chatFrame([2, 3], { cursor: "c2" }));
			const frame = await nextFrame(session);
			const events = [...first.events, ...frame.events, ...(await nextBackfill(session)).events];
			expect(events.map((event) => event.raw instanceof Uint8Array)).toEqual([raw, raw, raw, raw]);
		}
	});

	it("sends the query and the headers of the site's page", async () => {
		const { peer } = await openSession(await bench());
		expect(Object.fromEntries(peer.query)).toMatchObject({
			room_id: ids.roomId,
			user_unique_id: ids.userUniqueId,
			cursor: "c1",
			internal_ext: "e1",
			host: "https://live.douyin.com",
			im_path: "/webcast/im/fetch/",
			heartbeatDuration: "0",
			browser_version: peer.request.headers["user-agent"]?.slice("Mozilla/".length),
			signature: expect.stringMatching(/^[0-9A-Za-z+/]{16}$/),
		});
		expect(peer.request.url).toContain("/webcast/im/push/v2/?app_name=douyin_web&version_code=180800&");
		expect(peer.request.url).toMatch(/&browser_version=5\.0%20.*&tz_name=Asia\/Shanghai&/);
		expect(peer.request.headers).toMatchObject({ cookie: "ttwid=visitor", origin: "https://live.douyin.com" });
		expect(peer.request.headers["sec-websocket-extensions"]).toBeUndefined();
	});

	it("opens the host that im/fetch names", async () => {
		const other = await startPushServer();
		cleanups.push(() => other.close());
		const { host } = new URL(other.url);
		const made = await bench({ fetch: firstState({ pushServer: host }) }, { allowedHosts: [host] });
		const arriving = other.nextPeer();
		const session = made.session();
		await next(session);
		expect(await next(session)).toMatchObject({ type: "opened", host: new URL(other.url).host });
		await arriving;
		expect(made.server.peers).toEqual([]);
	});

	it("sends no cookie to a foreign host, and names it", async () => {
		const other = await startPushServer();
		cleanups.push(() => other.close());
		const { host } = new URL(other.url);
		const made = await bench({ fetch: firstState({ pushServer: host }) }, { cookie: "sessionid=secret" });
		const refused = await failure(made.session());
		expect(refused).toMatchObject({ reason: "foreign_host", host, retryable: true });
		expect(refused.message).toContain(host);
		expect([other.seen, other.open, made.server.peers.length]).toEqual([0, 0, 0]);
		await made.released();
	});

	it("prefers its own hosts over foreign ones of im/fetch", async () => {
		const made = await bench({ fetch: "own host and a foreign one" });
		const session = made.session();
		await next(session);
		expect(await next(session)).toMatchObject({ type: "opened", host: new URL(made.server.url).host });
	});

	it.each([500, 404])("invents and reports a cursor if im/fetch answers %i", async (fetch) => {
		const made = await bench({ fetch });
		const session = made.session();
		const arriving = made.server.nextPeer();
		expect(await next(session)).toMatchObject({
			type: "opened",
			resumed: false,
			firstStateFailure: { status: fetch },
		});
		const peer = await arriving;
		const now = made.clock.now();
		expect(peer.query.get("cursor")).toMatch(new RegExp(`^d-1_u-1_fh-\\d{19}_t-${now}_r-1$`));
		expect(peer.query.get("internal_ext")).toMatch(
			new RegExp(
				`^internal_src:dim\\|wss_push_room_id:${ids.roomId}\\|wss_push_did:${ids.userUniqueId}\\|first_req_ms:${now}` +
					`\\|fetch_time:${now}\\|seq:1\\|wss_info:0-${now}-0-0\\|wrds_v:\\d{19}$`,
			),
		);
		peer.socket.send(chatFrame([2]));
		expect(await next(session)).toMatchObject({ cursor: undefined });
	});

	it("fails when im/fetch says that we are blocked", async () => {
		const made = await bench({ fetch: 403 });
		expect(await failure(made.session())).toMatchObject({ reason: "blocked", host: undefined });
		await made.released();
	});

	it("delivers the first state even if the socket then fails", async () => {
		const made = await bench({ onUpgrade: (_request, socket) => void socket.end("HTTP/1.1 502 Bad\r\n\r\n") });
		const session = made.session();
		expect(await next(session)).toMatchObject({ type: "frame", events: [{ id: "1" }] });
		const { reason, host } = await failure(session);
		expect({ reason, host }).toEqual({ reason: "upstream_error", host: new URL(made.server.url).host });
	});

	it("opens the advised host if it is a known one", async () => {
		const other = await startPushServer();
		cleanups.push(() => other.close());
		const named = new URL(other.url).host;
		const made = await bench({ fetch: firstState({ pushServer: named }) }, { allowedHosts: [named] });
		const { host } = new URL(made.server.url);
		for (const [asked, opened] of [
			[host, host],
			["unknown.example", new URL(other.url).host],
		]) {
			const session = made.session({ hosts: advisor(asked).hosts });
			await next(session);
			expect(await next(session)).toMatchObject({ type: "opened", host: opened });
		}
	});

	it("skips a host next time after an unreadable first frame", async () => {
		const other = await startPushServer();
		cleanups.push(() => other.close());
		const { host } = new URL(other.url);
		const made = await bench({ fetch: firstState({ pushServer: host }) }, { allowedHosts: [host] });
		const arriving = other.nextPeer();
		const ended = failure(made.session());
		(await arriving).socket.send(Uint8Array.of(0xff));
		expect(await ended).toMatchObject({ reason: "bad_frame", host });
		const session = made.session();
		await next(session);
		expect(await next(session)).toMatchObject({ type: "opened", host: new URL(made.server.url).host });
	});

	it("reports a host's first frame, failure and duration, no stop", async () => {
		const made = await bench({ fetch: "own host" });
		const { host } = new URL(made.server.url);
		const { hosts, reports } = advisor();
		for (const end of ["cut", "stop"] as const) {
			const stop = new AbortController();
			const session = made.session({ hosts, signal: stop.signal });
			const arriving = made.server.nextPeer();
			await next(session);
			await next(session);
			const peer = await arriving;
			peer.socket.send(chatFrame([2]));
			peer.socket.send(chatFrame([3]));
			await next(session);
			await next(session);
			await made.clock.advance(4000);
			if (end === "stop") stop.abort();
			else peer.raw.destroy();
			if (end === "stop") expect((await session.next()).done).toBe(true);
			else await failure(session);
		}
		const works = [host, "works"];
		expect(reports).toEqual([works, [host, "network", 4000], works]);
	});

	it("reports hosts of failed attempts and of silent connections", async () => {
		const made = await bench({ fetch: "own host" });
		const { host } = new URL(made.server.url);
		const { hosts, reports } = advisor();
		const giveUp = new AbortController();
		const silent = made.session({ hosts, signal: giveUp.signal });
		await next(silent);
		await next(silent);
		giveUp.abort(new DouyinError("silence", "It said nothing."));
		expect((await silent.next()).done).toBe(true);
		const refusing = await bench({ onUpgrade: (_request, socket) => void socket.end("HTTP/1.1 502 Bad\r\n\r\n") });
		expect((await failure(refusing.session({ hosts }))).reason).toBe("upstream_error");
		expect(reports).toEqual([
			[host, "silence", undefined],
			[new URL(refusing.server.url).host, "upstream_error", undefined],
		]);
	});
});

/** An advisor that always chooses this host, and records the reports. */
function advisor(host?: string): { hosts: HostAdvisor; reports: unknown[] } {
	const reports: unknown[] = [];
	return {
		reports,
		hosts: {
			choose: () => host,
			works: (at) => void reports.push([at, "works"]),
			failed: (at, reason, heldMs) => void reports.push([at, reason, heldMs]),
		},
	};
}

/** A chat message of second `id` of a day in 2023. */
const datedChat = (id: number) => ({
	method: "WebcastChatMessage",
	msgId: String(id),
	payload: encodeChatMessage({ content: "", common: { createTime: 1_700_000_000 + id } }),
});

describe("a resumed session", () => {
	const cursor = { roomId: ids.roomId, cursor: "c9", internalExt: "e9" };

	it("begins with the newest messages and resumes at the cursor", async () => {
		const made = await bench({ fetch: "own host" });
		for (let round = 1; round <= 2; round++) {
			const session = made.session({ cursor });
			const arriving = made.server.nextPeer();
			expect(await next(session)).toMatchObject({
				type: "backfill",
				events: [{ id: "1", content: "message 1", at: made.clock.now() }],
				problems: [],
			});
			expect(await next(session)).toMatchObject({ type: "opened", resumed: true });
			const peer = await arriving;
			expect([peer.query.get("cursor"), peer.query.get("internal_ext")]).toEqual(["c9", "e9"]);
			expect(made.server.paths).toEqual(["/", ...Array(round).fill("/webcast/im/fetch/")]);
			peer.raw.destroy();
			await failure(session);
		}
	});

	it.each([
		[500, "upstream_error"],
		[404, "unreadable_page"],
		[429, "rate_limited"],
		[Uint8Array.of(0xff), "bad_frame"],
	])("tolerates and reports %o from im/fetch", async (fetch, reason) => {
		const made = await bench({ fetch });
		const opened = await next(made.session({ cursor }));
		expect(opened).toMatchObject({ type: "opened", resumed: true, firstStateFailure: { reason } });
	});

	it("opens without messages while im/fetch has asked to wait", async () => {
		const options: PushServerOptions = { fetch: [404, 15] };
		const made = await bench(options);
		const asked = () => made.server.paths.filter((path) => path === "/webcast/im/fetch/").length;
		for (const [afterMs, request] of [
			[0, {}],
			[4_000, { cursor }],
			[10_999, {}],
		] as const) {
			await made.clock.advance(afterMs);
			const { session, peer } = await openSession(made, request);
			peer.raw.destroy();
			await failure(session);
			expect(asked(), `after ${afterMs} ms`).toBe(1);
		}
		options.fetch = firstState();
		await made.clock.advance(1);
		await openSession(made);
		expect(asked()).toBe(2);
	});

	it("reports newest messages that will not decode", async () => {
		const broken = { method: "WebcastChatMessage", msgId: "5", payload: Uint8Array.of(0xff) };
		const made = await bench({ fetch: firstState({ messages: [broken, datedChat(6)] }) });
		expect(await next(made.session({ cursor }))).toMatchObject({
			type: "backfill",
			events: [{ id: "6", at: 1_700_000_006_000 }],
			problems: [{ method: "WebcastChatMessage", id: "5" }],
		});
	});

	it("fails if im/fetch blocks us on resuming", async () => {
		const made = await bench({ fetch: 403 });
		expect((await failure(made.session({ cursor }))).reason).toBe("blocked");
		await made.released();
	});

	it("waits at most three seconds for the newest messages", async () => {
		const never = new Promise<never>(() => undefined);
		const signer = { ...createSigner(), aBogus: () => never };
		for (const made of [await bench({ fetch: "hang" }), await bench({}, { signer })]) {
			const opened = next(made.session({ cursor }));
			await expect.poll(() => made.clock.nextDueInMs).toBe(3_000);
			await made.clock.advance(2_999);
			expect(made.server.peers).toEqual([]);
			await made.clock.advance(1);
			expect(await opened).toMatchObject({ type: "opened", firstStateFailure: { reason: "timeout" } });
			made.stop.abort();
		}
	});

	it("can be stopped while it waits for the newest messages", async () => {
		const made = await bench({ fetch: "hang" });
		const result = made.session({ cursor }).next();
		await expect.poll(() => made.server.paths).toContain("/webcast/im/fetch/");
		made.stop.abort();
		expect((await result).done).toBe(true);
		await made.released();
	});

	it("keeps its cursor until a frame brings a newer one", async () => {
		const made = await bench();
		const { session, peer } = await openSession(made, { cursor });
		peer.socket.send(chatFrame([5]));
		expect((await nextFrame(session)).cursor).toEqual(cursor);
		peer.socket.send(chatFrame([6], { cursor: "c10" }));
		expect((await nextFrame(session)).cursor).toMatchObject({ cursor: "c10" });
	});

	it("does not use the cursor of another broadcast", async () => {
		const made = await bench();
		const session = made.session({ cursor: { ...cursor, roomId: "7300000000000000099" } });
		const arriving = made.server.nextPeer();
		expect(await next(session)).toMatchObject({ type: "frame", cursor: { cursor: "c1" } });
		expect(await next(session)).toMatchObject({ type: "opened", resumed: false });
		expect((await arriving).query.get("cursor")).toBe("c1");
	});
});

describe("a request for the newest messages in an open session", () => {
	/** Opens, changes the answer of `im/fetch`, and delivers a frame after which the newest messages are needed. */
	async function openWithRequest(fetch: PushServerOptions["fetch"], request: Partial<SessionRequest> = {}) {
		const options: PushServerOptions = {};
		const made = await bench(options);
		const open = await openSession(made, { needsBackfill: afterFirst(), ...request });
		Object.assign(options, { fetch });
		open.peer.socket.send(chatFrame([3]));
		expect(await next(open.session)).toMatchObject({ type: "frame", events: [{ id: "3" }] });
		const asked = () => made.server.paths.filter((path) => path === "/webcast/im/fetch/").length;
		return { ...open, made, asked };
	}

	it.each([
		["resumed", { cursor: { roomId: ids.roomId, cursor: "c9", internalExt: "e9" } }],
		["not resumed", {}],
	])("delivers them once, when they arrive: %s", async (_, request) => {
		const { session, peer, asked } = await openWithRequest(firstState({ messages: [2, 3].map(datedChat) }), request);
		expect(await next(session)).toMatchObject({ type: "backfill", events: [{ id: "2" }, { id: "3" }], problems: [] });
		peer.socket.send(chatFrame([4]));
		expect(await next(session)).toMatchObject({ type: "frame", events: [{ id: "4" }] });
		expect(asked()).toBe(2);
	});

	it("is sent only after a taken frame, each time", async () => {
		const answers: boolean[] = [];
		const made = await bench();
		const { session, peer } = await openSession(made, { needsBackfill: () => answers.shift() ?? false });
		expect(made.server.paths).toHaveLength(2);
		answers.push(false, true, true);
		for (const id of [2, 3, 4]) {
			peer.socket.send(chatFrame([id]));
			expect(await next(session)).toMatchObject({ type: "frame", events: [{ id: String(id) }] });
			if (id > 2) expect(await next(session)).toMatchObject({ type: "backfill", events: [{ id: "1" }] });
		}
		expect(made.server.paths).toHaveLength(4);
	});

	it.each([500, 403, Uint8Array.of(0xff)])("is dropped if im/fetch then answers %o", async (fetch) => {
		const { session, peer, asked } = await openWithRequest(fetch);
		const item = next(session);
		await expect.poll(asked).toBe(2);
		peer.socket.send(chatFrame([4]));
		expect(await item).toMatchObject({ type: "frame", events: [{ id: "4" }] });
	});

	it("delays no frame, heartbeat or ack, and times out", async () => {
		const { session, peer, made, asked } = await openWithRequest("hang");
		const item = next(session);
		await expect.poll(asked).toBe(2);
		peer.socket.send(chatFrame([4], { needAck: true }));
		await peer.heard(2);
		expect(await item).toMatchObject({ type: "frame", events: [{ id: "4" }] });
		const later = next(session);
		const { open } = made.server;
		await made.clock.advance(3_000);
		await expect.poll(() => made.server.open).toBe(open - 1);
		peer.socket.send(chatFrame([5]));
		expect(await later).toMatchObject({ type: "frame", events: [{ id: "5" }] });
	});

	it("is aborted when the session stops", async () => {
		const { session, made, asked } = await openWithRequest("hang");
		const result = session.next();
		await expect.poll(asked).toBe(2);
		made.stop.abort();
		await made.clock.advance(1_000);
		expect((await result).done).toBe(true);
		await made.released();
	});

	it("leaks nothing when the socket fails meanwhile", async () => {
		const { session, peer, made, asked } = await openWithRequest("hang");
		const ended = failure(session);
		await expect.poll(asked).toBe(2);
		peer.raw.destroy();
		expect((await ended).reason).toBe("network");
		await made.released();
	});
});

describe("an open socket", () => {
	it("sends a heartbeat at once and then every ten seconds", async () => {
		const made = await bench();
		const { peer } = await openSession(made);
		await peer.heard(1);
		await made.clock.advance(9_999);
		await made.clock.advance(1);
		await made.clock.advance(10_000);
		await peer.heard(3);
		expect(peer.received.map((bytes) => bytes.toString("hex"))).toEqual([heartbeat, heartbeat, heartbeat]);
	});

	it("acknowledges only the frames that ask for it", async () => {
		const { session, peer } = await openSession(await bench());
		await peer.heard(1);
		peer.socket.send(chatFrame([2], { logId: "41" }));
		peer.socket.send(chatFrame([3], { logId: "42", needAck: true, cursor: "c3" }));
		await nextFrame(session);
		await nextFrame(session);
		await peer.heard(2);
		const ack = decodePushFrame(peer.received[1] ?? new Uint8Array());
		expect([ack.payloadType, ack.logId, Buffer.from(ack.payload).toString()]).toEqual(["ack", "42", "ext of c3"]);
	});

	it("answers pings, and reports signs of life without messages", async () => {
		const made = await bench();
		let signs = 0;
		const { session, peer } = await openSession(made, { onSign: () => signs++ });
		const pong = new Promise<string>((resolve) => peer.socket.once("pong", (data) => resolve(data.toString())));
		peer.socket.ping("are you there");
		expect(await pong).toBe("are you there");
		peer.socket.send(payloadFrame("hb"));
		peer.socket.send(chatFrame([2]));
		await nextFrame(session);
		expect(signs).toBe(2);
	});

	it("measures each answered heartbeat and ping once", async () => {
		const made = await bench();
		const trips: string[] = [];
		let wake: () => void = () => undefined;
		const onRoundTrip = (ms: number, of: string) => {
			trips.push(`${of} ${ms}`);
			wake();
		};
		const { peer } = await openSession(made, { onRoundTrip });
		const reported = async (count: number) => {
			while (trips.length < count) {
				await new Promise<void>((resolve) => {
					wake = resolve;
				});
			}
		};
		await reported(1);
		await made.clock.advance(10_040);
		await reported(2);
		peer.socket.send(payloadFrame("hb"));
		peer.socket.send(payloadFrame("hb"));
		peer.socket.pong("nobody asked");
		await reported(3);
		await made.clock.advance(9_960);
		await reported(4);
		peer.socket.send(payloadFrame("hb"));
		await reported(5);
		expect(trips.filter((trip) => trip.startsWith("heartbeat"))).toEqual(["heartbeat 10040", "heartbeat 0"]);
		expect(trips.filter((trip) => trip.startsWith("ping")).length).toBe(3);
	});

	it("delivers frames at once, and ends on the receiver's error", async () => {
		const made = await bench();
		const taken: string[] = [];
		const arriving = made.server.nextPeer();
		const full = new DouyinError("storage", "No more can be taken.");
		const session = made.run((item) => {
			if (item.type === "frame") taken.push(...item.events.map(({ id }) => id));
			if (taken.includes("1009")) throw full;
		});
		const peer = await arriving;
		for (let i = 0; i < 500; i++) peer.socket.send(chatFrame([1_000 + 2 * i, 1_001 + 2 * i], { needAck: true }));
		await peer.closed;
		await expect(session).rejects.toBe(full);
		expect(taken).toEqual(["1", ...Array.from({ length: 10 }, (_, i) => String(1_000 + i))]);
		await made.released();
	});

	it("is never opened if the first state can't be taken", async () => {
		const made = await bench();
		const full = new DouyinError("storage", "No more can be taken.");
		await expect(
			made.run(() => {
				throw full;
			}),
		).rejects.toBe(full);
		expect(made.server.peers).toEqual([]);
		await made.released();
	});

	it("can be stopped by the receiver of `opened` without leaks", async () => {
		const made = await bench();
		const arriving = made.server.nextPeer();
		const session = made.run((item) => item.type === "opened" && made.stop.abort());
		const peer = await arriving;
		await peer.closed;
		await made.clock.advance(1_000);
		await session;
		await made.released();
	});

	it("delivers the rest of a frame with an undecodable message", async () => {
		const { session, peer } = await openSession(await bench());
		const broken = { method: "WebcastChatMessage", msgId: "5", payload: Uint8Array.of(0xff) };
		const unknown = { method: "WebcastNewKindMessage", msgId: "6", payload: Uint8Array.of(1) };
		const payload = encodeResponse({ messages: [broken, unknown] });
		peer.socket.send(encodePushFrame({ payloadType: "msg", payload }));
		expect(await nextFrame(session)).toMatchObject({
			events: [{ type: "raw", id: "6", method: "WebcastNewKindMessage" }],
			problems: [{ method: "WebcastChatMessage", id: "5" }],
		});
	});
});

it("a session continues after the end of the broadcast", async () => {
	const made = await bench();
	const { session, peer } = await openSession(made);
	for (let i = 0; i < 2; i++) {
		peer.socket.send(endFrame());
		expect((await nextFrame(session)).events).toMatchObject([{ id: "98" }, { type: "control", action: "end" }]);
	}
	peer.socket.close(1001, "bye");
	expect(await failure(session)).toMatchObject({ reason: "upstream_close" });
	await made.released();
});

describe("a session that fails", () => {
	const endings: [string, (peer: { socket: import("ws").WebSocket; raw: Duplex }) => void, FailureReason, string?][] = [
		["receives a close payload", ({ socket }) => socket.send(payloadFrame("close")), "upstream_close", "close"],
		["is closed with a code", ({ socket }) => socket.close(1001, "going away"), "upstream_close", "going away"],
		["is cut", ({ raw }) => void raw.destroy(), "network"],
		["receives garbage", ({ socket }) => socket.send(Uint8Array.of(0x3a, 0xff)), "bad_frame"],
		["receives text", ({ socket }) => socket.send("\u0000hello"), "bad_frame"],
		["receives invalid WebSocket bytes", ({ raw }) => void raw.write(Uint8Array.of(0xff, 0xff, 0xff)), "bad_frame"],
		["receives a message beyond the limit", ({ socket }) => socket.send(Buffer.alloc(9 * 1024 * 1024)), "bad_frame"],
	];

	it.each(endings)("because it %s reports the reason", async (_what, end, reason, words) => {
		const made = await bench();
		const { session, peer } = await openSession(made);
		end(peer);
		const ended = failure(session);
		await peer.closed;
		const error = await ended;
		expect([error.reason, error.retryable, error.upstreamMessage]).toEqual([reason, true, words]);
		await made.released();
	});

	it("is cut after a second if its close is unanswered", async () => {
		const made = await bench();
		const { session, peer } = await openSession(made);
		peer.socket.pause();
		peer.socket.send(payloadFrame("close"));
		const ended = failure(session);
		await expect.poll(() => made.clock.nextDueInMs).toBe(1_000);
		await made.clock.advance(1_000);
		expect((await ended).reason).toBe("upstream_close");
		peer.socket.resume();
		await made.released();
	});

	it("ends after the configured silence despite answered heartbeats", async () => {
		const made = await bench({}, { silenceMs: 60_000 });
		const { session, peer } = await openSession(made);
		await made.clock.advance(50_000);
		peer.socket.send(chatFrame([2]));
		await nextFrame(session);
		await made.clock.advance(59_999);
		peer.socket.send(payloadFrame("hb"));
		const ended = failure(session);
		await made.clock.advance(1);
		expect((await ended).reason).toBe("silence");
		await made.released();
	});

	it("ends when our own code throws, without ending the process", async () => {
		const bug = new Error("a bug");
		const made = await bench();
		const { session, peer } = await openSession(made, {
			onSign: () => {
				throw bug;
			},
		});
		peer.socket.ping();
		expect((await failure(session)).cause).toBe(bug);
		await made.released();
	});

	it("for lack of a signature reports that", async () => {
		const signer = {
			sign() {
				throw new Error("no key");
			},
		};
		const made = await bench({}, { signer });
		expect((await failure(made.session())).reason).toBe("signature_rejected");
		await made.released();
	});
});

describe("a refused handshake", () => {
	const head = (status: string, ...headers: string[]) => `HTTP/1.1 ${[status, ...headers].join("\r\n")}\r\n\r\n`;

	it.each([
		[head("200 OK", "handshake-status: 415", "handshake-msg: DEVICE_BLOCKED"), "blocked", "DEVICE_BLOCKED", 415],
		[
			head("200 OK", "handshake-status: 415", "handshake-msg: BAD_SIGNATURE"),
			"signature_rejected",
			"BAD_SIGNATURE",
			415,
		],
		[head("200 OK", "handshake-status: 415", "handshake-msg: OTHER"), "handshake_refused", "OTHER", 415],
		[head("200 OK"), "handshake_refused", "OK", 200],
		[head("403 Forbidden"), "blocked", "Forbidden", 403],
		[head("401 Unauthorized"), "blocked", "Unauthorized", 401],
		[head("404 Not Found"), "handshake_refused", "Not Found", 404],
		[head("429 Slow Down", "retry-after: 9"), "rate_limited", "Slow Down", 429],
		[head("500 Oops"), "upstream_error", "Oops", 500],
		[head("302 Found", "location: http://127.0.0.1:1/"), "handshake_refused", "Found", 302],
	])("with %j has the right reason", async (answer, reason, upstreamMessage, status) => {
		const made = await bench({ onUpgrade: (_request, socket) => void socket.end(answer) });
		const error = await failure(made.session());
		expect([error.reason, error.upstreamMessage, error.status]).toEqual([reason, upstreamMessage, status]);
		expect(error.retryAfterMs).toBe(status === 429 ? 9_000 : undefined);
		await made.released();
	});

	it("without valid HTTP or WebSocket key is handshake_refused", async () => {
		const key = createHash("sha1").update("wrong").digest("base64");
		const wrongKey = head("101 Switching", "Upgrade: websocket", "Connection: Upgrade", `Sec-WebSocket-Accept: ${key}`);
		for (const answer of ["SSH-2.0-x\r\n\r\n", wrongKey]) {
			const made = await bench({ onUpgrade: (_request, socket) => void socket.end(answer) });
			expect((await failure(made.session())).reason).toBe("handshake_refused");
			await made.released();
		}
	});

	it("reports a cut as network", async () => {
		const made = await bench({ onUpgrade: (_request, socket) => void socket.destroy() });
		expect((await failure(made.session())).reason).toBe("network");
		await made.released();
	});

	it("reports a missing answer as timeout", async () => {
		let upgrading = false;
		const made = await bench({
			onUpgrade: (_request, socket) => {
				upgrading = true;
				holdOpen(socket);
			},
		});
		const ended = failure(made.session());
		await expect.poll(() => upgrading).toBe(true);
		await made.clock.advance(9_999);
		expect(made.server.open).toBeGreaterThan(0);
		await made.clock.advance(1);
		expect((await ended).reason).toBe("timeout");
		await made.released();
	});
});

describe("stopping a session", () => {
	/** Expects the end although the server does not answer our close. */
	async function stopped(made: Bench, result: Promise<IteratorResult<SessionItem>>) {
		await made.clock.advance(1_000);
		expect(await result).toEqual({ done: true, value: undefined });
		await made.released();
	}

	it("before it began does nothing at all", async () => {
		const made = await bench();
		made.stop.abort();
		await stopped(made, made.session().next());
		expect(made.server.seen).toBe(0);
	});

	it("during im/fetch ends it", async () => {
		const made = await bench({ fetch: "hang" });
		const result = made.session().next();
		await expect.poll(() => made.server.paths).toContain("/webcast/im/fetch/");
		made.stop.abort();
		await stopped(made, result);
	});

	it("during the handshake ends it", async () => {
		let upgrading = false;
		const made = await bench({
			fetch: 500,
			onUpgrade: (_request, socket) => {
				upgrading = true;
				holdOpen(socket);
			},
		});
		const result = made.session().next();
		await expect.poll(() => upgrading).toBe(true);
		made.stop.abort();
		await stopped(made, result);
	});

	it("while it waits for a frame closes the socket first", async () => {
		const made = await bench();
		const { session, peer } = await openSession(made);
		const result = session.next();
		made.stop.abort();
		await peer.closed;
		await stopped(made, result);
	});

	it("cuts a socket that does not close within a second", async () => {
		const made = await bench();
		const { session, peer } = await openSession(made);
		peer.socket.pause();
		const result = session.next();
		made.stop.abort();
		await made.clock.advance(999);
		expect(made.clock.pendingTimers).toBe(1);
		await made.clock.advance(1);
		expect((await result).done).toBe(true);
		expect(made.clock.pendingTimers).toBe(0);
	});
});

describe("a session through a proxy", () => {
	it.each([
		["http", startConnectProxy],
		["socks5", startSocks5Proxy],
	])("over %s that hangs times out or can be stopped", async (_kind, start) => {
		const handshakeTimeoutMs = 600_000;
		for (const stop of [false, true]) {
			const proxy = await start((before) => (before === 2 ? "hang" : "tunnel"));
			cleanups.push(() => proxy.close());
			const made = await bench({}, { proxy: proxy.url, handshakeTimeoutMs });
			const session = made.session();
			await next(session);
			const result = stop ? session.next() : failure(session);
			await expect.poll(() => proxy.seen).toBe(3);
			if (stop) made.stop.abort();
			else await made.clock.advance(handshakeTimeoutMs);
			const reasons = [undefined, "timeout", "proxy"];
			expect(reasons.slice(stop ? 0 : 1)).toContain(((await result) as Partial<DouyinError>).reason);
			await made.released();
			await proxy.idle();
			expect(made.server.peers).toEqual([]);
		}
	});

	it.each([
		["http", startConnectProxy],
		["socks5", startSocks5Proxy],
	])("over %s that hangs can be stopped without leaks", async (_kind, start) => {
		const proxy = await start("hang");
		cleanups.push(() => proxy.close());
		const made = await bench({}, { proxy: proxy.url, requestTimeoutMs: 300 });
		const result = made.session().next();
		await expect.poll(() => proxy.seen).toBe(1);
		made.stop.abort();
		expect((await result).done).toBe(true);
		await made.released();
		await proxy.idle();
		expect(made.server.seen).toBe(0);
	});

	it.each([
		["http", startConnectProxy],
		["socks5", startSocks5Proxy],
	])("over %s opens its socket through it", async (_kind, start) => {
		const proxy = await start("tunnel");
		cleanups.push(() => proxy.close());
		const made = await bench({}, { proxy: proxy.url });
		const { session, peer } = await openSession(made);
		peer.socket.send(chatFrame([2]));
		expect((await nextFrame(session)).events).toMatchObject([{ id: "2" }]);
		// Home page, im/fetch, socket.
		expect(proxy.seen).toBe(3);
		made.stop.abort();
		await session.next();
		await made.released();
		await proxy.idle();
	});

	it.each([
		["http", startConnectProxy],
		["socks5", startSocks5Proxy],
	])("over %s that refuses never reaches the upstream", async (_kind, start) => {
		const proxy = await start("refuse");
		cleanups.push(() => proxy.close());
		const made = await bench({}, { proxy: proxy.url });
		expect((await failure(made.session())).reason).toBe("proxy");
		expect([made.server.seen, made.server.peers.length]).toEqual([0, 0]);
		await made.released();
		await proxy.idle();
	});
});
