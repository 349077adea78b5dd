import { createHmac } from "node:crypto";
import type { ServerResponse } from "node:http";
import { afterEach, expect, test, vi } from "vitest";
import { accept, answer, type Behaviour, Receiver } from "./receiver.helpers.ts";
import { World } from "./service.helpers.ts";
import type { TargetStore } from "./target-store.ts";

const receivers: Receiver[] = [];
afterEach(async () => {
	await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
});

async function listen(behaviour: Behaviour = accept): Promise<Receiver> {
	const receiver = await Receiver.listen(behaviour);
	receivers.push(receiver);
	return receiver;
}

const upTo = (n: number, from = 1) => Array.from({ length: n - from + 1 }, (_, i) => from + i);
const hang: Behaviour = () => undefined;

test("delivers the log's events, signed with timestamp and body", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen();
	const { target, secret } = await life.targets.create({ settings: { url: receiver.url }, live_ids: ["a"] });
	world.log.append("a", ["chat", "gift"]);
	await world.until(life, () => receiver.requests.length === 1);
	const [{ headers, body } = expect.fail()] = receiver.requests;
	const { "x-livekeeper-timestamp": timestamp, "x-livekeeper-delivery": key } = headers;
	expect(timestamp).toBe(String(Math.floor(world.clock.now() / 1000)));
	const digest = createHmac("sha256", secret ?? expect.fail())
		.update(`${timestamp}.${body}`)
		.digest("hex");
	expect(headers["x-livekeeper-signature"]).toBe(`v1=${digest}`);
	expect(headers).toMatchObject({ "content-type": "application/json", "user-agent": "livekeeper" });
	expect(JSON.parse(body)).toEqual({
		target_id: target.id,
		live_id: "a",
		delivery_id: key,
		events: [
			{ seq: 1, type: "chat", id: "1", method: "m", live_id: "a", content: "说 1" },
			{ seq: 2, type: "gift", id: "2", method: "m", live_id: "a", content: "说 2" },
		],
	});
});

test("waits up to max_wait_ms unless a batch is full", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen();
	await life.targets.create({
		settings: { url: receiver.url },
		live_ids: ["a"],
		batch: { max_events: 5, max_wait_ms: 300 },
	});
	await world.quiet(life);
	world.log.append("a", 2);
	await world.clock.advance(299);
	world.log.append("a", 1);
	expect(life.dispatcher.stats()).toMatchObject({ inFlight: 0, ready: 0 });
	await world.clock.advance(1);
	await vi.waitFor(() => expect(receiver.seqs).toEqual([1, 2, 3]));
	await world.quiet(life);
	world.log.append("a", 12);
	await vi.waitFor(() => expect(receiver.bodies.map(({ events }) => events.length)).toEqual([3, 5, 5, 2]));
	expect(receiver.seqs).toEqual(upTo(15));
});

test("retries a failed batch unchanged before any other", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen((response, _request, n) => void response.writeHead(n < 3 ? 500 : 200).end());
	await life.targets.create({ settings: { url: receiver.url }, live_ids: ["a"] });
	world.log.append("a", 3);
	await world.until(life, () => receiver.requests.length === 1);
	world.log.append("a", 3);
	await world.until(life, () => receiver.requests.length === 5);
	const [first, ...others] = receiver.requests;
	for (const again of others.slice(0, 3)) {
		expect(again.body).toBe(first?.body);
		expect(again.headers["x-livekeeper-delivery"]).toBe(first?.headers["x-livekeeper-delivery"]);
	}
	expect(others.slice(0, 3).map(({ headers }) => headers["x-livekeeper-timestamp"])).not.toContain(
		first?.headers["x-livekeeper-timestamp"],
	);
	expect(receiver.bodies.at(-1)?.events.map(({ seq }) => seq)).toEqual([4, 5, 6]);
});

test("increases delays with attempts, and honours Retry-After", async () => {
	const world = new World();
	world.random = 1;
	const life = await world.start();
	const receiver = await listen((response, _request, n) =>
		answer(n === 3 ? 204 : 503, n === 2 ? { "retry-after": "77" } : {})(response, _request, n),
	);
	await life.targets.create({ settings: { url: receiver.url }, live_ids: ["a"] });
	world.log.append("a", 1);
	const at: number[] = [];
	for (let n = 1; n <= 4; n++) {
		await world.until(life, () => receiver.requests.length === n);
		at.push(world.clock.now());
	}
	expect(at.slice(1).map((time, i) => time - (at[i] ?? 0))).toEqual([2_000, 4_000, 77_000]);
});

test("resumes an aborted batch unchanged after a restart", async () => {
	const world = new World();
	const receiver = await listen((response, request, n) => (n >= 1 ? hang : accept)(response, request, n));
	const first = await world.start();
	await first.targets.create({ settings: { url: receiver.url }, live_ids: "*", batch: { max_events: 4 } });
	world.log.append("a", 10);
	world.log.append("b", 2);
	await world.clock.advance(200);
	await vi.waitFor(() => expect(receiver.requests).toHaveLength(3));
	const cut = receiver.bodies.slice(1);
	expect(cut.map(({ live_id, events }) => [live_id, events.length])).toEqual(
		expect.arrayContaining([
			["a", 4],
			["b", 2],
		]),
	);
	await first.stop();
	expect(world.clock.pendingTimers).toBe(0);
	expect(world.log.listeners).toBe(0);
	await vi.waitFor(() => expect(receiver.connections).toBe(0));

	world.log.append("a", 3);
	receiver.behaviour = accept;
	const second = await world.start();
	await world.until(second, () => receiver.seqs.length >= 4 + 6 + 9 + 2);
	await world.quiet(second);
	const again = receiver.bodies.slice(3);
	for (const body of cut) expect(again).toContainEqual(body);
	const of = (liveId: string) => again.filter(({ live_id }) => live_id === liveId).flatMap(({ events }) => events);
	expect(of("a").map(({ seq }) => seq)).toEqual(upTo(13, 5));
	expect(of("b").map(({ seq }) => seq)).toEqual([1, 2]);
});

test("stops without waiting for an unavailable receiver", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen((response, request, n) => (n === 0 ? answer(503) : hang)(response, request, n));
	const { target } = await life.targets.create({ settings: { url: receiver.url }, live_ids: ["a"] });
	world.log.append("a", 2);
	await world.until(life, () => receiver.requests.length === 2);
	// Time stands still.
	await life.dispatcher.stop();
	await vi.waitFor(() => expect(receiver.connections).toBe(0));
	expect(await life.store.progress(target.id)).toMatchObject([{ progress: { position: 0, attempts: 1 } }]);
});

test("finishes requests while other parts stop", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen(hang);
	await life.targets.create({ settings: { url: receiver.url }, live_ids: ["a"] });
	world.log.append("a", 2);
	await world.until(life, () => receiver.requests.length === 1);
	void life.dispatcher.drain();
	await world.clock.advance(1_000);
	await life.dispatcher.stop();
	await vi.waitFor(() => expect(receiver.connections).toBe(0));
});

test("finishes requests within 1 s of a stop", async () => {
	const world = new World();
	const first = await world.start();
	let release: (() => void) | undefined;
	const receiver = await listen((response) => {
		release = () => void response.writeHead(200).end();
	});
	const { target } = await first.targets.create({ settings: { url: receiver.url }, live_ids: ["a"] });
	world.log.append("a", 2);
	await world.until(first, () => release !== undefined);
	const stopped = first.dispatcher.stop();
	release?.();
	await stopped;
	expect(await first.store.progress(target.id)).toMatchObject([{ progress: { position: 2, pending: undefined } }]);
	expect(world.clock.pendingTimers).toBeLessThanOrEqual(1);
});

test("delivers all events committed while a lane opens", async () => {
	const world = new World();
	const receiver = await listen();
	const before = await world.start();
	await before.targets.create({ settings: { url: receiver.url }, live_ids: "*", pace: { digest_minutes: 10 } });
	world.log.append("a", 5);
	await before.stop();
	const { log } = world;
	const committing = {
		read: log.read.bind(log),
		lastSeq: log.lastSeq.bind(log),
		onCommitted: log.onCommitted.bind(log),
		liveIds: () => {
			if (receiver.requests.length === 0) log.append("a", 1);
			return log.liveIds();
		},
	};
	const life = await world.start({}, { log: committing });
	await world.until(life, () => receiver.requests.length > 0);
	expect(receiver.seqs.slice(0, 6)).toEqual(upTo(6));
});

test("stores a failed position before sending anything else", async () => {
	const world = new World();
	let full = false;
	const life = await world.start(
		{},
		{
			wrap: (store) =>
				new Proxy(store, {
					get: (target, name: keyof typeof store) => {
						const method = target[name] as (...args: unknown[]) => unknown;
						return (...args: unknown[]) => {
							if (full && name === "saveProgress") throw new Error("database or disk is full");
							return method.apply(target, args);
						};
					},
				}),
		},
	);
	const receiver = await listen((response, request, n) => {
		full = true;
		accept(response, request, n);
	});
	const { target } = await life.targets.create({ settings: { url: receiver.url }, live_ids: ["a"] });
	world.log.append("a", 1);
	await world.until(life, () => world.lines.some(({ level }) => level === "error"));
	world.log.append("a", 1);
	await world.clock.advance(20_000);
	expect(receiver.requests).toHaveLength(1);
	full = false;
	receiver.behaviour = accept;
	await world.until(life, () => receiver.requests.length === 2);
	expect(receiver.seqs).toEqual([1, 2]);
	await world.until(life, async () => (await life.store.progress(target.id))[0]?.progress.position === 2);
});

test("only delays deliveries if the log cannot be read", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen();
	await life.targets.create({ settings: { url: receiver.url }, live_ids: ["a"] });
	world.log.fault = new Error("no");
	world.log.append("a", 1);
	await world.until(life, () => world.lines.some(({ level }) => level === "error"));
	world.log.fault = undefined;
	await world.until(life, () => receiver.requests.length === 1);
});

test("bounds the slots of hanging receivers", async () => {
	const world = new World();
	const life = await world.start({ concurrency: 8, concurrencyPerTarget: 2 });
	const mute = await listen(hang);
	const good = await listen();
	for (let n = 0; n < 3; n++) await life.targets.create({ settings: { url: mute.url }, live_ids: "*" });
	await life.targets.create({ settings: { url: good.url }, live_ids: "*", batch: { max_wait_ms: 0 } });
	const rooms = upTo(10).map((n) => `room${n}`);
	for (const room of rooms) world.log.append(room, 1);
	await world.clock.advance(200);
	await vi.waitFor(() => expect(good.requests).toHaveLength(10));
	await vi.waitFor(() => expect(mute.requests).toHaveLength(3));
	for (let n = 2; n <= 4; n++) {
		await world.clock.advance(10_000);
		for (const room of rooms) world.log.append(room, 1);
		await vi.waitFor(() => expect(good.seqs).toHaveLength(10 * n));
		await vi.waitFor(() => expect(life.dispatcher.stats()).toMatchObject({ inFlight: 3 }));
	}
});

test("leaves slots when formerly trusted receivers all hang", async () => {
	const world = new World();
	const life = await world.start({ concurrency: 8, concurrencyPerTarget: 4 });
	const [turning, good] = [await listen(), await listen()];
	for (const { url } of [turning, turning, turning, good]) {
		await life.targets.create({ settings: { url }, live_ids: "*", batch: { max_wait_ms: 0 } });
	}
	const rooms = upTo(10).map((n) => `room${n}`);
	for (const room of rooms) world.log.append(room, 1);
	await vi.waitFor(() => expect([turning.seqs.length, good.seqs.length]).toEqual([30, 10]));
	await vi.waitFor(() => expect(life.dispatcher.stats().inFlight).toBe(0));
	turning.behaviour = hang;
	for (const room of rooms) world.log.append(room, 1);
	await vi.waitFor(() => expect(good.seqs).toHaveLength(20));
	await vi.waitFor(() => expect(life.dispatcher.stats().inFlight).toBe(6));
	expect(turning.requests).toHaveLength(36);
});

test("gives a fast receiver slots beside many slow ones", async () => {
	const world = new World();
	const life = await world.start({ concurrency: 16 });
	const held: ServerResponse[] = [];
	const slow = await listen((response) => void held.push(response));
	const fast = await listen();
	for (let n = 0; n < 21; n++) {
		await life.targets.create({ settings: { url: slow.url }, live_ids: "*", batch: { max_wait_ms: 0, max_events: 1 } });
	}
	await life.targets.create({ settings: { url: fast.url }, live_ids: "*", batch: { max_wait_ms: 0 } });
	const rooms = upTo(10).map((n) => `room${n}`);
	/** Each slow receiver takes its two seconds repeatedly, until its slowness is known. */
	for (let round = 0; round < 6; round++) {
		for (const room of rooms) world.log.append(room, 1);
		await vi.waitFor(() => {
			const { inFlight } = life.dispatcher.stats();
			expect(inFlight).toBeGreaterThanOrEqual(8);
			expect(held).toHaveLength(inFlight);
		});
		await world.clock.advance(2_000);
		for (const response of held.splice(0)) response.writeHead(204).end();
	}
	for (let round = 0; round < 5; round++) {
		await vi.waitFor(() => expect(fast.seqs).toHaveLength(10 * (6 + round)));
		await vi.waitFor(() => expect(life.dispatcher.stats().inFlight).toBe(12));
		for (const room of rooms) world.log.append(room, 1);
		// While all of them are still held.
		await vi.waitFor(() => expect(fast.seqs).toHaveLength(10 * (7 + round)));
		await world.clock.advance(2_000);
		for (const response of held.splice(0)) response.writeHead(204).end();
	}
});

test("gives the next slot to the least slot time", async () => {
	const world = new World();
	const life = await world.start({ concurrency: 1 });
	const held: ServerResponse[] = [];
	const slow = await listen((response) => void held.push(response));
	const fast = await listen();
	for (const { url } of [slow, fast]) {
		await life.targets.create({ settings: { url }, live_ids: "*", batch: { max_wait_ms: 0, max_events: 1 } });
	}
	for (const room of upTo(10).map((n) => `room${n}`)) world.log.append(room, 1);
	await vi.waitFor(() => expect(held).toHaveLength(1));
	await world.clock.advance(2_000);
	for (const response of held.splice(0)) response.writeHead(204).end();
	await vi.waitFor(() => expect(fast.seqs).toHaveLength(10));
	await vi.waitFor(() => expect(held).toHaveLength(1));
});

test("gives failing targets half of the slots together", async () => {
	const world = new World();
	const life = await world.start({ concurrency: 4 });
	const mute = await listen(hang);
	for (let n = 0; n < 6; n++) await life.targets.create({ settings: { url: mute.url }, live_ids: "*" });
	for (const room of ["a", "b", "c"]) world.log.append(room, 1);
	// Ten seconds later all have been tried, and have failed.
	for (let n = 0; n < 6; n++) {
		await world.clock.advance(10_000);
		await vi.waitFor(() => expect(life.dispatcher.stats().inFlight).toBeGreaterThan(0));
	}
	expect((await life.targets.list()).every(({ failures }) => failures > 0)).toBe(true);
	expect(life.dispatcher.stats().inFlight).toBe(2);
});

test("delivers only selected kinds, and moves past the others", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen();
	const { target } = await life.targets.create({ settings: { url: receiver.url }, live_ids: ["a"], types: ["gift"] });
	world.log.append("a", ["chat", "gift", "like", "gift", "chat"]);
	await world.until(life, () => receiver.requests.length === 1);
	expect(receiver.seqs).toEqual([2, 4]);
	await world.quiet(life);
	world.log.append("a", 1_500);
	await world.quiet(life);
	expect(receiver.requests).toHaveLength(1);
	expect((await life.targets.get(target.id, "en")).rooms).toMatchObject([{ position: 1505, lag: 0 }]);
	expect(await life.store.progress(target.id)).toMatchObject([{ progress: { position: 1505 } }]);
});

test("reports events that retention deleted before delivery", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen();
	await life.targets.create({ settings: { url: receiver.url }, live_ids: ["a"], types: ["gift"], enabled: false });
	world.log.append("a", ["gift", "gift", "chat", "gift", "gift"]);
	world.log.forget("a", 3);
	const [view = expect.fail()] = await life.targets.list();
	await life.targets.update(view.id, { settings: { url: receiver.url }, live_ids: ["a"], types: ["gift"] });
	await world.until(life, () => receiver.requests.length === 1);
	expect(receiver.bodies[0]).toMatchObject({ truncated: { from: 1, to: 3, reason: "retention" } });
	expect(receiver.seqs).toEqual([4, 5]);
});

test("rekeys a batch shortened by retention between attempts", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen((response, _request, n) => void response.writeHead(n === 0 ? 500 : 200).end());
	await life.targets.create({ settings: { url: receiver.url }, live_ids: ["a"] });
	world.log.append("a", 4);
	await world.until(life, () => receiver.requests.length === 1);
	world.log.forget("a", 2);
	await world.until(life, () => receiver.requests.length === 2);
	const [before, after] = receiver.bodies;
	expect(after).toMatchObject({ truncated: { from: 1, to: 2, reason: "retention" }, events: [{ seq: 3 }, { seq: 4 }] });
	expect(after?.delivery_id).not.toBe(before?.delivery_id);
});

test("reports a reset room, and restarts at its beginning", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen();
	await life.targets.create({ settings: { url: receiver.url }, live_ids: ["a"] });
	world.log.append("a", 5);
	await world.until(life, () => receiver.requests.length === 1);
	await world.quiet(life);
	world.log.reset("a");
	world.log.append("a", 2);
	await world.until(life, () => receiver.requests.length === 2);
	expect(receiver.bodies[1]).toMatchObject({ truncated: { reason: "reset" }, events: [{ seq: 1 }, { seq: 2 }] });
	// Logged as well, for receivers that cannot show it.
	const missed = world.lines.filter(({ fields }) => (fields as { event?: string }).event === "target_missed");
	expect(missed).toMatchObject([{ level: "warn", fields: { live_id: "a", reason: "reset" } }]);
	await world.quiet(life);
	world.log.append("a", 1);
	await world.until(life, () => receiver.requests.length === 3);
	expect(receiver.bodies[2]).toMatchObject({ events: [{ seq: 3 }] });
	expect(receiver.bodies[2]).not.toHaveProperty("truncated");
});

test("keeps an unreadable target inactive until reconfigured", async () => {
	const world = new World();
	const receiver = await listen();
	const first = await world.start();
	const { target } = await first.targets.create({ settings: { url: receiver.url }, live_ids: ["a"] });
	await first.stop();
	world.log.append("a", 1);
	const second = await world.start({}, { key: "another" });
	await world.quiet(second);
	expect(await second.targets.list()).toMatchObject([{ state: "unreadable", settings: null, live_ids: ["a"] }]);
	expect(receiver.requests).toHaveLength(0);
	const refused = { code: "invalid_target", text: { en: expect.stringContaining("can't be decrypted") } };
	await expect(
		second.targets.update(target.id, { settings: { url: receiver.url }, live_ids: ["a"] }),
	).rejects.toMatchObject(refused);
	await expect(second.targets.test(target.id, "en")).rejects.toMatchObject(refused);
	await second.targets.update(target.id, {
		settings: { url: receiver.url, secret: "a-new-secret-0123456789" },
		live_ids: ["a"],
	});
	await world.until(second, () => receiver.requests.length === 1);
	expect(await second.targets.list()).toMatchObject([{ state: "active", settings: { url: receiver.url } }]);
});

test("sets no timer after its end while rooms move", async () => {
	const world = new World();
	let moved = () => undefined as void;
	let isSlow = false;
	let answer = () => undefined as void;
	const life = await world.start(
		{ drainMs: 100, retryMs: 60_000 },
		{
			ownership: {
				owns: () => true,
				onChange: (listener) => {
					moved = listener;
					return () => undefined;
				},
			},
			wrap: (store) =>
				new Proxy(store, {
					get: (plain, name: keyof TargetStore) => {
						const method = plain[name] as (...args: unknown[]) => unknown;
						if (name !== "progress") return method.bind(plain);
						return async (...args: unknown[]) => {
							if (isSlow) await new Promise<void>((resolve) => (answer = resolve));
							return method.apply(plain, args);
						};
					},
				}),
		},
	);
	const receiver = await listen(hang);
	await life.targets.create({ settings: { url: receiver.url }, live_ids: ["a"] });
	world.log.append("a", 1);
	await world.until(life, () => receiver.requests.length === 1);
	isSlow = true;
	moved();
	await world.clock.advance(0);
	const stopped = life.dispatcher.stop();
	answer();
	await world.clock.advance(100);
	await stopped;
	expect(world.clock.pendingTimers).toBe(0);
});
