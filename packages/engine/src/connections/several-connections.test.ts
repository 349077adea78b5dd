import { DouyinError, type FailureReason, type HostAdvisor } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { describe, expect, test } from "vitest";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { chat, offline, PolledUpstream } from "../rooms/fake-upstream.helpers.ts";
import type { ConnectionKey, Hold } from "../rooms/index.ts";
import { CollectingQueue } from "../rooms/message-queue.helpers.ts";
import { PromptLooks } from "../rooms/prompt-looks.helpers.ts";
import { acquire as acquirePermit } from "./admission/acquire.helpers.ts";
import { PersistentConnectionManager } from "./persistent-connection-manager.ts";
import { FixedStrategy } from "./reconnect-strategy.ts";

/** Holds back additional connections on demand. */
class Holding extends FixedStrategy {
	held: Hold | undefined;
	readonly hosts: HostAdvisor = { choose: () => undefined, works: () => undefined, failed: () => undefined };

	override get isQuiet(): boolean {
		return this.held === undefined;
	}

	override hold({ beside }: ConnectionKey): Hold | undefined {
		return beside ? this.held : undefined;
	}
}

interface Options {
	second?: boolean;
	pollingFallback?: boolean;
	raw?: boolean;
	total?: number;
	startsPerSecond?: number;
}

/** Starts a room on one or two upstreams. */
async function roomOver({ second, pollingFallback = true, raw = false, total, startsPerSecond }: Options = {}) {
	const clock = new ManualClock();
	const [own, other] = [new PolledUpstream(clock), new PolledUpstream(clock, "logged_in")];
	const strategy = new Holding();
	const log = recordingLogger();
	const manager = new PersistentConnectionManager({
		looks: new PromptLooks(clock),
		clock,
		logger: log.logger,
		upstreamFor: ({ cookie }) => (cookie === "other" ? other : own),
		handshakes: { startsPerSecond: startsPerSecond ?? Number.POSITIVE_INFINITY },
		...(total && { limits: { total } }),
		pollingFallback,
		strategy: () => strategy,
	});
	manager.start();
	const queue = new CollectingQueue();
	manager.addConnection("1001", queue, { raw, ...(second && { redundancy: 2, sessions: [{ cookie: "other" }] }) });
	await clock.advance(0);
	const status = () => {
		const now = manager.getConnectionStatus("1001");
		if (!now) throw new Error("The room is gone.");
		return now;
	};
	const taken: string[] = [];
	/** Returns the ids of all chat messages so far, in order. */
	const ids = () => {
		for (const { type, id } of queue.drain()?.events ?? []) if (type === "chat") taken.push(id);
		return taken;
	};
	const connections = () => status().connections ?? [];
	const pass = (ms: number) => clock.advance(ms);
	const end = async () => {
		await manager.stop();
		expect([...own.openSessions, ...own.polls.filter(({ closed }) => !closed), ...other.openSessions]).toEqual([]);
		expect([manager.admission.status().held, manager.admission.waiting, clock.pendingTimers]).toEqual([0, 0, 0]);
	};
	return { clock, own, other, manager, strategy, log, queue, ids, status, connections, pass, end };
}

const fails = (reason: FailureReason) => new DouyinError(reason, reason).at("evil.example");

/** Fails the room's own socket the given number of times in a row, each time at once. */
async function refused(bench: Awaited<ReturnType<typeof roomOver>>, reason: FailureReason, times = 3) {
	for (let i = 0; i < times; i++) {
		if (i > 0) await bench.pass(Math.max(0, (bench.status().nextAttemptAt ?? 0) - bench.clock.now()));
		bench.own.last.fail(fails(reason));
		await bench.pass(0);
	}
	return bench;
}

/** A room whose socket and poll wait for one permit, which room 1002 has. */
async function queuedTwice() {
	const bench = await refused(await roomOver({ total: 1 }), "handshake_refused", 2);
	await bench.pass(2_000);
	bench.manager.addConnection("1002", new CollectingQueue(), { cookie: "other" });
	await bench.pass(0);
	bench.own.last.fail(fails("handshake_refused"));
	await bench.pass(0);
	bench.other.last.open();
	await bench.pass(5_000);
	return bench;
}

describe("room with one connection", () => {
	test("has no other connections", async () => {
		const { own, ids, status, pass, end } = await roomOver();
		own.last.open();
		const events = own.last.frame();
		await pass(0);
		expect(ids()).toEqual(events.map(({ id }) => id));
		expect(status().connections).toBeUndefined();
		await end();
	});

	test.each([true, false])("requests payloads when configured, polled as well: %s", async (raw) => {
		const bench = await refused(await roomOver({ raw }), "timeout");
		expect([bench.own.last, bench.own.polls[0]].map((session) => session?.request.raw)).toEqual([raw, raw]);
		await bench.end();
	});

	test("is polled after three refusals until a socket syncs", async () => {
		const { clock, own, ids, status, connections, pass, end } = await refused(await roomOver(), "handshake_refused");
		const [poll] = own.polls;
		poll?.open();
		const known = chat(clock.now());
		poll?.frame([known]);
		await pass(0);
		expect(status()).toMatchObject({ state: "connected", polling: true });
		expect(connections().map(({ kind, state }) => `${kind} ${state}`)).toEqual(["socket waiting", "polling connected"]);
		expect(own.sessions).toHaveLength(3);
		await pass(4_000);
		const socket = own.last;
		socket.open();
		const next = chat(clock.now());
		socket.frame([known, next]);
		await pass(1_000);
		expect(poll?.closed).toBe(true);
		expect(ids()).toEqual([known.id, next.id]);
		expect(status()).toMatchObject({ state: "connected", host: "push.example" });
		expect([status().connections, status().polling]).toEqual([undefined, undefined]);
		await end();
	});

	test("retries its socket on schedule while polled", async () => {
		const { clock, own, connections, pass, end } = await refused(await roomOver(), "handshake_refused");
		own.polls[0]?.open();
		own.polls[0]?.frame();
		await pass(4_000);
		for (const seconds of [8, 16, 32, 60]) {
			own.last.fail(fails("handshake_refused"));
			await pass(0);
			expect(connections()[0]?.nextAttemptAt).toBe(clock.now() + seconds * 1000);
			for (let i = 0; i < seconds; i++) {
				own.polls[0]?.frame();
				await pass(1_000);
			}
		}
		await end();
	});

	test("shares one permit between socket and poll", async () => {
		const bench = await refused(await roomOver({ total: 1 }), "timeout");
		const { own, manager, pass, connections, end } = bench;
		own.polls[0]?.open();
		await pass(4_000);
		own.last.open();
		await pass(0);
		expect(connections().map(({ state }) => state)).toEqual(["connected", "connected"]);
		expect([manager.admission.status().held, manager.admission.waiting]).toEqual([1, 0]);
		own.polls[0]?.fail(fails("network"));
		await pass(0);
		expect(manager.admission.status().held).toBe(1);
		await end();
	});

	test("is queued when polling fails without a free permit", async () => {
		const { own, manager, status, pass, end } = await roomOver({ total: 1, startsPerSecond: 0.1 });
		for (let i = 0; i < 60 && own.polls.length === 0; i++) {
			own.openSessions[0]?.fail(fails("handshake_refused"));
			await pass(1_000);
		}
		own.polls[0]?.open();
		await pass(0);
		manager.addConnection("1002", new CollectingQueue(), { pinned: true });
		own.polls[0]?.fail(fails("network"));
		// The turn of its handshake has come.
		await pass(20_000);
		expect(manager.admission.status().holders).toMatchObject([{ liveId: "1002" }]);
		expect(status()).toMatchObject({ state: "queued", queue: { position: 1 } });
		await end();
	});

	test("waits for a broadcast while its poll's permit is needed", async () => {
		const { own, other, manager, status, connections, pass, end } = await roomOver({ total: 1, second: true });
		for (let i = 0; i < 60 && !(own.polls.length > 0 && connections()[1]?.state === "queued"); i++) {
			for (const session of [...own.openSessions, ...other.openSessions]) session.fail(fails("timeout"));
			await pass(1_000);
		}
		manager.addConnection("1002", new CollectingQueue());
		await pass(0);
		own.page = offline();
		other.page = offline();
		await pass(20_000);
		expect(status()).toMatchObject({ state: "waiting", reason: { code: "offline" } });
		expect(manager.admission.status().holders).toMatchObject([{ liveId: "1002" }]);
		await end();
	});

	test.each([1, 2])("opens its socket on the poll's permit, of %i", async (total) => {
		const { own, manager, connections, pass, end } = await queuedTwice();
		expect(connections().map(({ kind, state }) => `${kind} ${state}`)).toEqual(["socket queued", "polling queued"]);
		void manager.removeConnection("1002");
		manager.admission.setLimits({ total });
		await pass(0);
		own.polls[0]?.open();
		own.last.open();
		await pass(0);
		expect(connections().map(({ state }) => state)).toEqual(["connected", "connected"]);
		expect([manager.admission.status().held, manager.admission.waiting]).toEqual([1, 0]);
		await end();
	});

	test("opens a socket when its queued poll finds a broadcast", async () => {
		const { own, other, manager, status, pass, end } = await queuedTwice();
		own.page = { status: "live", liveId: "1001", roomId: "r2", userUniqueId: "u2", title: "" };
		for (let i = 0; i < 12; i++) {
			other.last.frame();
			await pass(10_000);
		}
		expect(status()).toMatchObject({ state: "queued", roomId: "r2", queue: { position: 1 } });
		void manager.removeConnection("1002");
		await pass(0);
		expect([own.polls.length, own.sessions.length]).toEqual([1, 4]);
		own.polls[0]?.fail(fails("network"));
		await pass(0);
		own.last.open();
		await pass(0);
		expect(status()).toMatchObject({ state: "connected", roomId: "r2" });
		await end();
	});

	test("is polled when its socket is led to foreign hosts", async () => {
		const { own, status, pass, end } = await refused(await roomOver(), "foreign_host");
		expect([own.polls.length, own.sessions.length]).toEqual([1, 3]);
		own.polls[0]?.open();
		await pass(0);
		expect(status().reason.message).toEqual({
			en: expect.stringMatching(/an unknown server, evil\.example, .*allowed_hosts/),
			zh: expect.stringMatching(/陌生的服务器 evil\.example.*allowed_hosts/),
		});
		await end();
	});

	test("reports the socket's failure while polled", async () => {
		const { own, status, pass, end } = await refused(await roomOver(), "timeout");
		own.polls[0]?.open();
		await pass(0);
		expect(status().reason.message.en).toMatch(/ without a live connection: timed out\.$/);
		await end();
	});

	test.each(["blocked", "rate_limited", "signature_rejected"] as const)("is not polled after %s", async (reason) => {
		const { own, end } = await refused(await roomOver(), reason, 5);
		expect([own.polls.length, own.sessions.length]).toEqual([0, 5]);
		await end();
	});

	test("stops polling when its socket is refused as a device", async () => {
		const { own, status, pass, end } = await refused(await roomOver(), "timeout");
		const [poll] = own.polls;
		poll?.open();
		await pass(0);
		expect(status().polling).toBe(true);
		await pass(4_000);
		own.last.fail(fails("blocked"));
		await pass(0);
		expect(status()).toMatchObject({ state: "blocked", reason: { code: "blocked" } });
		expect(poll?.closed).toBe(true);
		await end();
	});

	test.each([true, false])("pauses after a device refusal of its poll: %s", async (proven) => {
		const { own, clock, status, pass, end } = await refused(await roomOver(), "handshake_refused");
		const [poll] = own.polls;
		poll?.open();
		if (proven) poll?.frame();
		await pass(2_000);
		const until = clock.now() + 300_000;
		const asked = own.lookups.length;
		poll?.fail(fails("blocked"));
		await pass(0);
		expect(status()).toMatchObject({ state: "blocked", nextAttemptAt: until });
		await pass(299_000);
		expect([own.lookups.length, own.sessions.length, own.polls.length]).toEqual([asked, 3, 1]);
		await pass(1_000);
		expect(own.sessions).toHaveLength(4);
		await end();
	});

	test("tries no further connection of the refused identity", async () => {
		const { own, manager, pass, end } = await roomOver();
		await manager.removeConnection("1001");
		manager.addConnection("1001", new CollectingQueue(), { redundancy: 2 });
		await pass(0);
		own.last.fail(fails("blocked"));
		await pass(299_000);
		expect(own.sessions).toHaveLength(2);
		await pass(1_000);
		expect(own.sessions).toHaveLength(4);
		await end();
	});

	test("is not polled when that is turned off", async () => {
		const { own, end } = await refused(await roomOver({ pollingFallback: false }), "handshake_refused", 5);
		expect([own.polls.length, own.sessions.length]).toEqual([0, 5]);
		await end();
	});

	test("stops a fruitless poll while its socket waits to overlap", async () => {
		const { clock, own, ids, status, pass, end } = await refused(await roomOver(), "handshake_refused");
		const [poll] = own.polls;
		poll?.open();
		const known = chat(clock.now());
		poll?.frame([known]);
		await pass(4_000);
		own.last.open();
		const waiting = Array.from({ length: 60 }, () => chat(clock.now()));
		for (const event of waiting) {
			own.last.frame([event]);
			poll?.frame([]);
			await pass(1_000);
		}
		expect(ids()).toEqual([known.id, ...waiting.map(({ id }) => id)]);
		expect([status().state, status().polling]).toEqual(["connected", undefined]);
		await end();
	});

	test("leaves the next turn to the socket when polling fails", async () => {
		const { own, clock, status, pass, end } = await refused(await roomOver(), "timeout");
		const next = clock.now() + 4_000;
		own.polls[0]?.fail(fails("network"));
		await pass(0);
		expect(status()).toMatchObject({ state: "reconnecting", reason: { code: "network" }, nextAttemptAt: next });
		await pass(4_000);
		expect([own.polls.length, own.sessions.length]).toEqual([1, 4]);
		await end();
	});
});

/** A room on two connections, both synced. */
async function both(options: Options = {}) {
	const bench = await roomOver({ second: true, ...options });
	bench.own.last.open();
	await bench.pass(0);
	bench.other.last.open();
	const common = chat(bench.clock.now());
	bench.own.last.frame([common]);
	bench.other.last.frame([common]);
	await bench.pass(0);
	return { ...bench, common };
}

describe("room with two connections", () => {
	test("is logged in by one, opens the second after it", async () => {
		const { own, other, status, connections, pass, end } = await roomOver({ second: true });
		expect([own.sessions.length, other.sessions.length]).toEqual([1, 0]);
		own.last.open();
		await pass(0);
		other.last.open();
		await pass(0);
		expect(status()).toMatchObject({ state: "connected", identity: "logged_in" });
		expect(connections().map(({ state }) => state)).toEqual(["connected", "connected"]);
		await end();
	});

	test("gives both the host advisor and the others' hosts", async () => {
		const { own, other, strategy, end } = await both();
		expect([own, other].map(({ last }) => last.request.hosts)).toEqual([strategy.hosts, strategy.hosts]);
		expect([own, other].map(({ last }) => last.request.avoidHosts)).toEqual([[], ["push.example"]]);
		await end();
	});

	test("opens the second as well when the first fails", async () => {
		const { own, other, status, pass, end } = await roomOver({ second: true });
		own.last.fail(fails("handshake_refused"));
		await pass(0);
		other.last.open();
		await pass(0);
		expect(status()).toMatchObject({ state: "connected" });
		await pass(1_000);
		expect(own.sessions).toHaveLength(2);
		await end();
	});

	test("continues with one when the other is lost", async () => {
		const { clock, own, other, ids, status, connections, common, pass, end } = await both();
		own.last.fail(fails("network"));
		await pass(0);
		const next = chat(clock.now());
		other.last.frame([next]);
		await pass(0);
		expect(ids()).toEqual([common.id, next.id]);
		expect(status()).toMatchObject({ state: "connected", reconnectCount: 0 });
		expect(connections()[0]).toMatchObject({ state: "waiting", reason: { code: "network" }, missed: 1, failures: 1 });
		await pass(1_000);
		expect(own.sessions).toHaveLength(2);
		await end();
	});

	test("keeps each on its own increasing schedule", async () => {
		const { clock, own, connections, pass, end } = await both();
		for (const seconds of [1, 2, 4, 8]) {
			own.last.fail(fails("network"));
			await pass(0);
			expect(connections()[0]?.nextAttemptAt).toBe(clock.now() + seconds * 1000);
			await pass(seconds * 1000);
		}
		await end();
	});

	test("resumes both at the room's position", async () => {
		const { own, other, pass, end } = await both();
		for (const { last } of [own, other]) last.fail(fails("network"));
		await pass(2_000);
		const cursors = [own, other].map(({ last }) => last.request.cursor);
		expect(cursors.map((cursor) => cursor?.roomId)).toEqual(["r1", "r1"]);
		await end();
	});

	test("reconnects at the earliest retry when both are lost", async () => {
		const { clock, own, other, status, pass, end } = await both();
		own.last.fail(fails("network"));
		await pass(400);
		other.last.fail(fails("upstream_close"));
		await pass(0);
		const first = clock.now() + 600;
		expect(status()).toMatchObject({ state: "reconnecting", reason: { code: "upstream_close" }, nextAttemptAt: first });
		await pass(600);
		own.last.open();
		await pass(0);
		expect(status().state).toBe("connected");
		await end();
	});

	test("ends both when silent and blames both hosts", async () => {
		const { own, other, status, log, pass, end } = await both();
		const reasons: unknown[] = [];
		for (const { last } of [own, other]) {
			last.request.signal.addEventListener("abort", () =>
				reasons.push((last.request.signal.reason as DouyinError).reason),
			);
		}
		await pass(70_000);
		expect(reasons).toEqual(["silence", "silence"]);
		expect(status().reconnects).toEqual({ silence: 1 });
		expect(log.lines.filter(({ level }) => level >= 50)).toEqual([]);
		await end();
	});

	test("ends a mute connection while the other brings messages", async () => {
		const { clock, own, other, connections, pass, end } = await both();
		for (let i = 0; i < 40; i++) {
			other.last.frame([chat(clock.now())]);
			await pass(1_000);
		}
		expect(connections()[0]).toMatchObject({ failures: 1 });
		expect(own.sessions.length).toBeGreaterThan(1);
		expect(connections()[1]).toMatchObject({ state: "connected", failures: 0 });
		await end();
	});

	test.each([40, 3])("ends a mute connection after %i waiting messages", async (said) => {
		const { clock, own, other, ids, connections, common, pass, end } = await both();
		other.last.fail(fails("network"));
		await pass(1_000);
		other.last.open();
		const waiting = Array.from({ length: said }, () => chat(clock.now()));
		for (const event of waiting) {
			other.last.frame([event]);
			await pass(60_000 / said);
		}
		expect(connections()).toMatchObject([
			{ failures: 1, reason: { code: "silence" } },
			{ state: "connected", synced: true },
		]);
		expect(own.sessions.length).toBeGreaterThan(1);
		expect(ids()).toEqual([common.id, ...waiting.map(({ id }) => id)]);
		await end();
	});

	test("ends none when waiting messages just came after silence", async () => {
		const { clock, own, other, connections, pass, end } = await both();
		other.last.fail(fails("network"));
		await pass(1_000);
		other.last.open();
		await pass(28_500);
		const event = chat(clock.now());
		other.last.frame([event]);
		await pass(10_000);
		own.last.frame([event]);
		await pass(0);
		expect(connections()).toMatchObject([
			{ failures: 0, synced: true },
			{ failures: 1, synced: true },
		]);
		await end();
	});

	test("aborts a hanging second handshake with the reason", async () => {
		const { own, other, connections, pass, end } = await roomOver({ second: true });
		own.last.open();
		own.last.frame();
		await pass(0);
		expect(other.sessions).toHaveLength(1);
		for (let i = 0; i < 13; i++) {
			own.last.frame();
			await pass(5_000);
		}
		expect(connections()[1]).toMatchObject({ failures: 1, reason: { code: "timeout" } });
		expect(connections()[0]).toMatchObject({ state: "connected" });
		await end();
	});

	test("ends with the broadcast and flushes waiting messages first", async () => {
		const { clock, own, other, ids, status, common, pass, end } = await both();
		const last = chat(clock.now());
		other.last.frame([last]);
		other.last.fail(fails("broadcast_ended"));
		await pass(0);
		expect(ids()).toEqual([common.id, last.id]);
		expect(status()).toMatchObject({ state: "waiting", reason: { code: "broadcast_ended" } });
		expect([...own.openSessions, ...other.openSessions]).toEqual([]);
		await pass(90_000);
		own.last.open();
		await pass(0);
		expect(status().state).toBe("connected");
		expect(other.sessions).toHaveLength(2);
		await end();
	});
});

test("connects a waiting link to the newly found broadcast", async () => {
	const { own, other, status, pass, end } = await both();
	other.last.fail(fails("network"));
	await pass(0);
	own.page = { status: "live", liveId: "1001", roomId: "r2", userUniqueId: "u2", title: "" };
	own.last.fail(fails("upstream_error"));
	await pass(1_000);
	own.last.open();
	await pass(2_000);
	expect([own, other].map(({ last }) => last.request.roomId)).toEqual(["r2", "r2"]);
	other.last.open();
	await pass(0);
	expect(status()).toMatchObject({ state: "connected", roomId: "r2" });
	await end();
});

describe("holds caused by other rooms", () => {
	test("delay a lost additional connection with the reason", async () => {
		const { clock, own, other, manager, strategy, connections, pass, end } = await both();
		const until = clock.elapsed() + 31_000;
		strategy.held = { for: "outage", why: ["othersTry", "mostFailed", "1003"], until, reason: "network" };
		other.last.fail(fails("network"));
		await pass(1_000);
		expect(connections()[1]).toMatchObject({
			state: "waiting",
			reason: { code: "network", message: { en: "Most rooms disconnected at once; room 1003 tries first." } },
			nextAttemptAt: clock.now() + 30_000,
			failures: 1,
		});
		own.last.frame();
		await pass(29_000);
		own.last.frame();
		expect(other.sessions).toHaveLength(1);
		strategy.held = undefined;
		manager.admission.refresh();
		await pass(0);
		expect([own.sessions.length, other.sessions.length]).toEqual([1, 2]);
		await end();
	});
});

describe("permit of a second connection", () => {
	const never = new AbortController().signal;
	const roomOf = (room: string) => ({ room, identity: "", priority: () => "live" as const });

	test("is taken before its handshake, queued with the reason", async () => {
		const { own, other, manager, connections, pass, end } = await roomOver({ second: true, total: 1 });
		own.last.open();
		own.last.frame();
		await pass(0);
		expect(other.sessions).toHaveLength(0);
		expect(connections().map(({ state, reason }) => [state, reason])).toMatchObject([
			["connected", undefined],
			["queued", { code: "no_free_slot", message: { en: "The only allowed connection is in use." } }],
		]);
		manager.admission.setLimits({ total: 2 });
		await pass(0);
		other.last.open();
		await pass(0);
		expect(connections().map(({ state, reason }) => [state, reason])).toEqual([
			["connected", undefined],
			["connected", undefined],
		]);
		await end();
	});

	test("is for the broadcast found while it waited", async () => {
		const { own, other, manager, pass, end } = await roomOver({ second: true, total: 1 });
		own.last.open();
		own.last.frame();
		await pass(0);
		own.page = { status: "live", liveId: "1001", roomId: "r2", userUniqueId: "u2", title: "" };
		await pass(75_000);
		expect([own, other].map(({ last }) => last.request.roomId)).toContain("r2");
		manager.admission.setLimits({ total: 2 });
		await pass(2_000);
		expect([own, other].map(({ last }) => last.request.roomId)).toEqual(["r2", "r2"]);
		await end();
	});

	test("waits for pacing after the first connection is refused", async () => {
		const { own, other, status, pass, end } = await roomOver({ second: true, startsPerSecond: 20 });
		own.last.fail(fails("handshake_refused"));
		await pass(49);
		expect(other.sessions).toHaveLength(0);
		await pass(1);
		other.last.open();
		await pass(0);
		expect(status().state).toBe("connected");
		await end();
	});

	test("is released on loss and requested again", async () => {
		const { other, manager, pass, end } = await both({ total: 2 });
		expect(manager.admission.status().held).toBe(2);
		other.last.fail(fails("network"));
		await pass(0);
		expect(manager.admission.status().held).toBe(1);
		await pass(1_000);
		expect([manager.admission.status().held, other.sessions.length]).toEqual([2, 2]);
		await end();
	});

	test("is yielded to any waiting room for a minute", async () => {
		const { clock, own, other, manager, connections, pass, end } = await both({ total: 2 });
		const asked = acquirePermit(manager.admission, roomOf("1002"), never);
		await pass(0);
		const permit = await asked;
		const reason = { code: "preempted", message: { en: "Room 1002 needs the connection: it is live." } };
		const nextAttemptAt = clock.now() + 60_000;
		expect(connections()[1]).toMatchObject({ state: "queued", reason, nextAttemptAt, failures: 0 });
		expect([own.openSessions.length, other.openSessions.length]).toEqual([1, 0]);
		permit.release();
		for (let i = 0; i < 59; i++) {
			own.last.frame();
			await pass(1_000);
		}
		expect(other.sessions).toHaveLength(1);
		await pass(1_000);
		expect(other.sessions).toHaveLength(2);
		await end();
	});

	test("is protected like the room's own while it is alone", async () => {
		const { own, other, manager, connections, pass, end } = await both({ total: 2 });
		own.last.fail(fails("handshake_refused"));
		await pass(0);
		const taken = await acquirePermit(manager.admission, roomOf("1002"), never);
		const another = new AbortController();
		const waiting = Promise.resolve(acquirePermit(manager.admission, roomOf("1003"), another.signal)).catch(
			() => "left",
		);
		await pass(500);
		expect(connections().map(({ state }) => state)).toEqual(["waiting", "connected"]);
		expect(other.openSessions).toHaveLength(1);
		another.abort();
		expect(await waiting).toBe("left");
		taken.release();
		await end();
	});

	test("queues its room if that has no other connection", async () => {
		const { own, other, manager, status, pass, end } = await both({ total: 2 });
		other.last.fail(fails("network"));
		own.last.fail(fails("blocked"));
		await pass(0);
		const taken = await Promise.all(
			["1002", "1003"].map((room) => acquirePermit(manager.admission, roomOf(room), never)),
		);
		expect(status().state).toBe("blocked");
		await pass(1_000);
		expect(status()).toMatchObject({ state: "queued", queue: { position: 1 } });
		for (const permit of taken) permit.release();
		await end();
	});

	test("is dropped silently when its waiting room is stopped", async () => {
		const { own, other, manager, log, connections, pass, end } = await both({ total: 2 });
		own.last.fail(fails("network"));
		await pass(0);
		const taken = await acquirePermit(manager.admission, roomOf("1002"), never);
		const another = Promise.resolve(acquirePermit(manager.admission, roomOf("1003"), never));
		await pass(1_000);
		expect(connections().map(({ state }) => state)).toEqual(["queued", "connected"]);
		void manager.removeConnection("1001");
		(await another).release();
		taken.release();
		expect(other.openSessions).toEqual([]);
		expect(log.lines.filter(({ level }) => level >= 50)).toEqual([]);
		await end();
	});
});

test("retries only the waiting connection when storage recovers", async () => {
	const bench = await roomOver({ second: true });
	const { own, other, manager, status, pass, end } = bench;
	own.last.open();
	own.last.frame();
	await pass(0);
	other.last.open();
	other.last.frame();
	await pass(0);
	other.last.fail(fails("network"));
	await pass(1_000);
	other.last.fail(fails("network"));
	await pass(0);
	own.last.fail(fails("storage"));
	await pass(1_000);
	expect(status()).toMatchObject({ state: "connecting", reason: { code: "storage" } });
	expect([own.sessions.length, other.sessions.length]).toEqual([2, 2]);
	manager.storing(undefined);
	expect(status().state).toBe("connecting");
	await pass(0);
	expect([own.sessions.length, other.sessions.length]).toEqual([2, 3]);
	await end();
});
