import { ManualClock } from "@livekeeper/douyin/testing";
import { NatsAdmin } from "@livekeeper/log/src/event-log/jetstream/nats-admin.helpers.ts";
import {
	hasNats,
	type NatsServers,
	startNatsServers,
} from "@livekeeper/log/src/event-log/jetstream/nats-servers.helpers.ts";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { accept, answer, type Behaviour, type ReceivedBody, Receiver } from "./receiver.helpers.ts";
import { receivedOf, type SharedNode, startNode } from "./shared-nodes.helpers.ts";

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const patience = { interval: 5 };
let prefixes = 0;

async function listen(behaviour: Behaviour = accept): Promise<Receiver> {
	const receiver = await Receiver.listen(behaviour);
	onTestFinished(() => receiver.close());
	return receiver;
}

describe.skipIf(!hasNats)("nodes that share one NATS server", () => {
	let nats: NatsServers;
	beforeAll(async () => {
		nats = await startNatsServers(1);
	});
	afterAll(() => nats.stop());

	/** Two nodes, the rooms of each, and a target for every room that both of them run. */
	async function twoNodes(url: string, roomsOfA: readonly string[], roomsOfB: readonly string[], maxEvents = 3) {
		const prefix = `d${++prefixes}`;
		const a = await startNode(nats, { prefix, rooms: roomsOfA });
		const b = await startNode(nats, { prefix, rooms: roomsOfB });
		const batch = { max_events: maxEvents, max_wait_ms: 1 };
		const { target } = await a.targets.create({ settings: { url }, live_ids: "*", batch });
		await vi.waitFor(() => expect(b.dispatcher.stats().targets).toBe(1), patience);
		return { a, b, id: target.id };
	}

	const positionOf = async ({ store }: SharedNode, id: string, liveId: string) =>
		(await store.roomProgress(id, liveId))?.progress.position;

	test("delivers each room from its owner, once", async () => {
		const receiver = await listen();
		const { a, b, id } = await twoNodes(receiver.url, ["one"], ["two"]);
		await Promise.all([a.say("one", 1, 20), b.say("two", 1, 20)]);
		await vi.waitFor(async () => expect(await positionOf(a, id, "one")).toBe(20), patience);
		await vi.waitFor(async () => expect(await positionOf(a, id, "two")).toBe(20), patience);
		for (const liveId of ["one", "two"]) {
			expect(receivedOf(receiver, liveId)).toMatchObject({ seqs: upTo(20), repeats: [] });
		}
		const { rooms } = await a.targets.get(id, "en");
		expect(rooms.map((room) => [room.live_id, room.state, room.lag])).toEqual(
			expect.arrayContaining([
				["one", "idle", 0],
				["two", "idle", 0],
			]),
		);
	});

	test("keeps a target's URL and secret out of shared keys", async () => {
		const receiver = await listen(answer(500));
		const { a, id } = await twoNodes(`${receiver.url}?access_token=t0k3n`, ["one"], []);
		await a.say("one", 1, 1);
		await vi.waitFor(() => expect(receiver.requests.length).toBeGreaterThan(0), patience);
		const settings = { url: `${receiver.url}?access_token=t0k3n`, secret: "tgsec_0123456789" };
		const input = { settings, live_ids: ["one"] };
		expect(await a.targets.update(id, input)).toMatchObject({ settings: { url: settings.url } });
		const kept = await a.log.targets.list(">");
		expect(kept.map(({ key }) => key.split(".")[0])).toEqual(expect.arrayContaining(["target", "at"]));
		const text = kept.map(({ value }) => Buffer.from(value).toString("latin1")).join("");
		for (const hidden of ["t0k3n", settings.secret]) expect(text).not.toContain(hidden);
	});

	test("continues after a node's death, repeating only pending batches", async () => {
		const killed: ReceivedBody[] = [];
		const receiver = await listen((response, request, n) => {
			const body = JSON.parse(request.body) as ReceivedBody;
			// The receiver has the batch, but its sender never learns so.
			if (killed.length === 0 && body.live_id === "one" && (body.events[0]?.seq ?? 0) >= 10) {
				killed.push(body);
				a.kill();
			}
			accept(response, request, n);
		});
		const { a, b } = await twoNodes(receiver.url, ["one", "two"], ["three"]);
		await Promise.all([a.say("one", 1, 30), a.say("two", 1, 30), b.say("three", 1, 30)]);
		await vi.waitFor(() => expect(killed).toHaveLength(1), patience);
		b.owned.set(["one", "two", "three"]);
		for (const liveId of ["one", "two"]) {
			await b.log.claim(liveId);
			await b.say(liveId, 31, 40);
		}
		const complete = () => ["one", "two"].every((liveId) => receivedOf(receiver, liveId).seqs.includes(40));
		await vi.waitUntil(() => complete() && receivedOf(receiver, "three").seqs.includes(30), patience);
		for (const liveId of ["one", "two"]) {
			const { seqs, repeats, lateRepeats } = receivedOf(receiver, liveId);
			expect(seqs).toEqual(upTo(40));
			expect(repeats.length).toBeLessThanOrEqual(1);
			expect(lateRepeats).toEqual([]);
		}
		expect(receivedOf(receiver, "one").repeats).toEqual(killed);
		expect(receivedOf(receiver, "three")).toMatchObject({ seqs: upTo(30), repeats: [] });
	});

	test("delivers in order while rooms move between nodes", async () => {
		let moves = 0;
		const receiver = await listen((response, request, n) => {
			if (n % 7 === 6) {
				moves++;
				const [to, from] = moves % 2 === 0 ? [a, b] : [b, a];
				from.owned.set([]);
				to.owned.set(["one"]);
			}
			accept(response, request, n);
		});
		const { a, b, id } = await twoNodes(receiver.url, ["one"], []);
		await a.say("one", 1, 150);
		await vi.waitFor(async () => expect(await positionOf(a, id, "one")).toBe(150), patience);
		const { seqs, repeats } = receivedOf(receiver, "one");
		expect(seqs).toEqual(upTo(150));
		expect(moves).toBeGreaterThan(5);
		expect(repeats.length).toBeLessThanOrEqual(moves);
	});

	test("skips nothing while two nodes claim a room", async () => {
		const receiver = await listen((response, request, n) => {
			setTimeout(() => accept(response, request, n), n % 3);
		});
		const { a, b, id } = await twoNodes(receiver.url, ["one"], ["one"]);
		await a.say("one", 1, 150);
		b.owned.set(["one"]);
		const positions: number[] = [];
		await vi.waitUntil(async () => {
			const position = (await positionOf(a, id, "one")) ?? 0;
			positions.push(position);
			return position === 150;
		}, patience);
		expect(Math.min(a.dispatcher.stats().delivered, b.dispatcher.stats().delivered)).toBeGreaterThan(0);
		expect(positions).toEqual(positions.toSorted((x, y) => x - y));
		expect(receivedOf(receiver, "one").seqs).toEqual(upTo(150));
	});

	/** Advances the time only while none of the nodes sends. */
	const untilOn = (clock: ManualClock, nodes: SharedNode[], done: () => boolean) =>
		vi.waitUntil(async () => {
			const areBusy = nodes.some(({ dispatcher }) => dispatcher.stats().inFlight > 0);
			if (!areBusy) await clock.advance(clock.nextDueInMs ?? 0);
			return done();
		}, patience);

	test("sends one digest even if its node dies", async () => {
		const clock = new ManualClock();
		const times: number[] = [];
		const receiver = await listen((response, request, n) => {
			times.push(clock.now());
			accept(response, request, n);
		});
		const prefix = `d${++prefixes}`;
		const a = await startNode(nats, { prefix, rooms: ["one"], clock });
		const b = await startNode(nats, { prefix, clock });
		const minuteMs = 60_000;
		const digestEnd = clock.now() + 10 * minuteMs;
		await a.targets.create({ settings: { url: receiver.url }, live_ids: "*", pace: { digest_minutes: 10 } });
		await untilOn(clock, [a, b], () => b.dispatcher.stats().targets === 1);
		await a.say("one", 1, 5);
		await vi.waitUntil(() => a.dispatcher.stats().lanes === 1, patience);
		await clock.advance(minuteMs);
		a.kill();
		b.owned.set(["one"]);
		await b.log.claim("one");
		await b.say("one", 6, 9);
		await untilOn(clock, [b], () => receiver.requests.length > 0);
		expect(times).toEqual([digestEnd]);
		expect(receivedOf(receiver, "one").seqs).toEqual(upTo(9));
		await clock.advance(20 * minuteMs);
		expect(receiver.requests).toHaveLength(1);
	});

	test("keeps a limit over all nodes, including a dead one", async () => {
		const clock = new ManualClock();
		const times: number[] = [];
		const receiver = await listen((response, request, n) => {
			times.push(clock.now());
			if (times.length === 5) a.kill();
			accept(response, request, n);
		});
		const prefix = `d${++prefixes}`;
		const [a, b, c] = [
			await startNode(nats, { prefix, rooms: ["one", "two"], clock }),
			await startNode(nats, { prefix, rooms: ["three"], clock }),
			await startNode(nats, { prefix, rooms: ["four"], clock }),
		];
		const of = { settings: { url: receiver.url }, live_ids: "*" as const, batch: { max_events: 2, max_wait_ms: 0 } };
		await a.targets.create({ ...of, pace: { max_per_minute: 3 } });
		const until = (nodes: SharedNode[], done: () => boolean) => untilOn(clock, nodes, done);
		await until([a, b, c], () => [b, c].every(({ dispatcher }) => dispatcher.stats().targets === 1));
		const rooms = { one: a, two: a, three: b, four: c };
		await Promise.all(Object.entries(rooms).map(([room, node]) => node.say(room, 1, 8)));
		await until([a, b, c], () => times.length >= 5);
		b.owned.set(["one", "three"]);
		c.owned.set(["two", "four"]);
		const all = Object.keys(rooms).map((room) => () => receivedOf(receiver, room));
		await until([b, c], () => all.every((received) => received().seqs.includes(8)));
		for (const from of times) {
			expect(times.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(3);
		}
		for (const received of all) expect(received()).toMatchObject({ seqs: upTo(8), lateRepeats: [] });
	});

	test("applies target changes of one node at the others", async () => {
		const [first, second] = [await listen(), await listen()];
		const { a, b, id } = await twoNodes(first.url, [], ["one"]);
		await b.say("one", 1, 3);
		await vi.waitFor(() => expect(first.seqs).toEqual(upTo(3)), patience);
		const input = { settings: { url: second.url }, live_ids: "*" as const, batch: { max_wait_ms: 1 } };
		const secret = "0123456789abcdef";
		await a.targets.update(id, { ...input, settings: { ...input.settings, secret }, enabled: false });
		const values = (await a.log.targets.list("target.*")).map(({ value }) => Buffer.from(value).toString());
		expect(values).toHaveLength(1);
		for (const clear of [second.url, secret, Buffer.from(secret).toString("base64")])
			expect(values[0]).not.toContain(clear);
		await vi.waitFor(() => expect(b.dispatcher.stats().targets).toBe(0), patience);
		await b.say("one", 4, 6);
		expect(await a.targets.get(id, "en")).toMatchObject({
			target: { state: "disabled" },
			rooms: [{ live_id: "one", state: "stopped", position: 3, lag: 3 }],
		});
		await a.targets.update(id, input);
		await vi.waitFor(() => expect(second.seqs).toEqual([4, 5, 6]), patience);
		expect(first.seqs).toEqual(upTo(3));
		await a.targets.remove(id);
		await vi.waitFor(() => expect(b.dispatcher.stats().targets).toBe(0), patience);
		await expect(b.targets.get(id, "en")).rejects.toMatchObject({ code: "target_not_found" });
	});

	test("retries a waiting batch after a change elsewhere", async () => {
		const receiver = await listen(answer(500));
		const { a, b, id } = await twoNodes(receiver.url, [], ["one"]);
		await b.say("one", 1, 3);
		const attempts = async () => (await b.store.roomProgress(id, "one"))?.progress.attempts ?? 0;
		await vi.waitFor(async () => expect(await attempts()).toBeGreaterThan(0), patience);
		const good = await listen();
		await a.targets.update(id, { settings: { url: good.url }, live_ids: "*" });
		await vi.waitFor(() => expect(good.seqs).toEqual([1, 2, 3]), patience);
		expect(good.bodies[0]?.delivery_id).toBe(receiver.bodies[0]?.delivery_id);
	});

	test("resends dead letters from the room's owner", async () => {
		const receiver = await listen(answer(410));
		const { a, b, id } = await twoNodes(receiver.url, [], ["one"], 10);
		await b.say("one", 1, 3);
		await vi.waitFor(async () => expect(await a.targets.list()).toMatchObject([{ dead_letters: 1 }]), patience);
		receiver.behaviour = accept;
		expect(await a.targets.redeliverAll(id)).toBe(1);
		await vi.waitFor(async () => expect(await a.targets.list()).toMatchObject([{ dead_letters: 0 }]), patience);
		expect(receiver.requests).toHaveLength(2);
		expect(receiver.requests[1]?.body).toBe(receiver.requests[0]?.body);
	});

	test("finds what the previous owner stores after a handover", async () => {
		const receiver = await listen();
		const prefix = `d${++prefixes}`;
		const a = await startNode(nats, { prefix, rooms: ["one"] });
		const b = await startNode(nats, { prefix, options: { retryMs: 200 } });
		await a.targets.create({ settings: { url: receiver.url }, live_ids: "*", batch: { max_wait_ms: 1 } });
		await a.say("one", 1, 3);
		await vi.waitFor(() => expect(receiver.seqs).toEqual(upTo(3)), patience);
		a.owned.set([]);
		b.owned.set(["one"]);
		await vi.waitFor(() => expect([a, b].map((node) => node.dispatcher.stats().lanes)).toEqual([0, 1]), patience);
		await a.say("one", 4, 5);
		await vi.waitFor(() => expect(receivedOf(receiver, "one").seqs).toEqual(upTo(5)), patience);
	});
});

describe.skipIf(!hasNats)("a NATS server after an outage", () => {
	test("continues deliveries, and notices changes again", async () => {
		const nats = await startNatsServers(1);
		onTestFinished(() => nats.stop());
		const receiver = await listen();
		const [a, b] = [
			await startNode(nats, { prefix: "r" }),
			await startNode(nats, { prefix: "r", rooms: ["one"], options: { storageRetryMs: 200 } }),
		];
		await a.targets.create({ settings: { url: receiver.url }, live_ids: "*", batch: { max_wait_ms: 1 } });
		await vi.waitFor(() => expect(b.dispatcher.stats().targets).toBe(1), patience);
		await b.say("one", 1, 5);
		await vi.waitFor(() => expect(receiver.seqs).toContain(5), patience);
		await nats.servers[0]?.kill("SIGKILL");
		await nats.servers[0]?.restart();
		await b.say("one", 6, 10);
		await vi.waitFor(() => expect(receivedOf(receiver, "one").seqs).toEqual(upTo(10)), patience);
		const input = { settings: { url: receiver.url }, live_ids: ["other"] };
		await vi.waitFor(() => a.targets.create(input), patience);
		await vi.waitFor(() => expect(b.dispatcher.stats().targets).toBe(2), patience);
	});

	test("delivers in order while each server is killed in turn", async () => {
		const nats = await startNatsServers(3);
		onTestFinished(() => nats.stop());
		const admin = new NatsAdmin(nats.urls);
		const receiver = await listen();
		const options = { storageRetryMs: 100 };
		const [a, b] = [
			await startNode(nats, { prefix: "three", rooms: ["one"], options }),
			await startNode(nats, { prefix: "three", rooms: ["two"], options }),
		];
		await a.targets.create({
			settings: { url: receiver.url },
			live_ids: "*",
			batch: { max_events: 3, max_wait_ms: 1 },
		});
		await vi.waitFor(() => expect(b.dispatcher.stats().targets).toBe(1), patience);
		let said = 0;
		const say = async () => {
			said += 100;
			await Promise.all([a.say("one", said - 99, said), b.say("two", said - 99, said)]);
		};
		for (const server of nats.servers) {
			await say();
			await server.kill("SIGKILL");
			await say();
			await server.restart();
			await say();
			// The next one may only be killed then, as docs/cluster.md says.
			await admin.untilReplicated();
		}
		for (const liveId of ["one", "two"]) {
			await vi.waitFor(() => expect(receivedOf(receiver, liveId).seqs).toEqual(upTo(said)));
		}
	});
});
