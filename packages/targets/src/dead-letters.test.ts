import { afterEach, expect, test, vi } from "vitest";
import { accept, answer, type Behaviour, Receiver } from "./receiver.helpers.ts";
import { type Life, World } from "./service.helpers.ts";
import type { ReportNotice } from "./service-states.ts";

const receivers: Receiver[] = [];
afterEach(async () => {
	await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
});

async function listen(behaviour: Behaviour): Promise<Receiver> {
	const receiver = await Receiver.listen(behaviour);
	receivers.push(receiver);
	return receiver;
}

/** Refuses every delivery with a poisoned event. */
const refuse =
	(status: number, ...poison: number[]): Behaviour =>
	(response, request, n) => {
		const { events } = JSON.parse(request.body) as { events: { seq: number }[] };
		answer(events.some(({ seq }) => poison.includes(seq)) ? status : 200)(response, request, n);
	};

async function lettersOf(life: Life, id: string) {
	return (await life.targets.deadLetters(id, { limit: 100 }, "en")).dead_letters;
}

test("dead-letters a batch after 12 attempts, and continues", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen(refuse(422, 2));
	const { target } = await life.targets.create({
		settings: { url: receiver.url },
		live_ids: ["a"],
		batch: { max_events: 2 },
	});
	world.log.append("a", 4);
	await world.until(life, () => receiver.seqs.includes(3));
	expect(receiver.requests).toHaveLength(13);
	expect(await lettersOf(life, target.id)).toMatchObject([
		{
			live_id: "a",
			delivery_id: receiver.bodies[0]?.delivery_id,
			first_seq: 1,
			last_seq: 2,
			events: 2,
			attempts: 12,
			available: "all",
			queued: false,
			error: { code: "http_status", status: 422 },
		},
	]);
	expect(await life.targets.list()).toMatchObject([{ dead_letters: 1 }]);
});

test("dead-letters a batch at once after a 410", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen(refuse(410, 1));
	const { target } = await life.targets.create({
		settings: { url: receiver.url },
		live_ids: ["a"],
		batch: { max_events: 1 },
	});
	world.log.append("a", 2);
	await world.until(life, () => receiver.requests.length === 2);
	expect(receiver.seqs).toEqual([1, 2]);
	expect(await lettersOf(life, target.id)).toMatchObject([{ attempts: 1, error: { status: 410 } }]);
});

test("resends a dead letter unchanged, and removes it once accepted", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen(refuse(410, 1));
	const { target } = await life.targets.create({
		settings: { url: receiver.url },
		live_ids: ["a"],
		batch: { max_events: 3 },
	});
	world.log.append("a", 5);
	await world.until(life, () => receiver.requests.length === 2);
	await world.quiet(life);
	const [letter = expect.fail()] = await lettersOf(life, target.id);
	receiver.behaviour = accept;
	await life.targets.redeliver(target.id, letter.delivery_id);
	await world.until(life, () => receiver.requests.length === 3);
	expect(receiver.requests[2]?.body).toBe(receiver.requests[0]?.body);
	expect(receiver.requests[2]?.headers["x-livekeeper-delivery"]).toBe(letter.delivery_id);
	await world.quiet(life);
	expect(await lettersOf(life, target.id)).toEqual([]);
	await expect(life.targets.redeliver(target.id, letter.delivery_id)).rejects.toMatchObject({
		code: "delivery_not_found",
	});
});

test("resends a dead letter with the filter of its creation", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen(refuse(410, 2));
	const input = { settings: { url: receiver.url }, live_ids: ["a"] };
	const { target } = await life.targets.create({ ...input, types: ["gift"] });
	world.log.append("a", ["chat", "gift", "chat"]);
	await world.until(life, () => receiver.requests.length === 1);
	await world.quiet(life);
	await life.targets.update(target.id, { ...input, types: ["chat"] });
	receiver.behaviour = accept;
	expect(await life.targets.redeliverAll(target.id)).toBe(1);
	await world.until(life, () => receiver.requests.length === 2);
	expect(receiver.requests[1]?.body).toBe(receiver.requests[0]?.body);
});

test("returns a dead letter to the list with its error", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen(refuse(410, 1, 2));
	const { target } = await life.targets.create({
		settings: { url: receiver.url },
		live_ids: ["a"],
		batch: { max_events: 1 },
	});
	world.log.append("a", 2);
	await world.until(life, () => receiver.requests.length === 2);
	await world.quiet(life);
	receiver.behaviour = answer(500);
	expect(await life.targets.redeliverAll(target.id)).toBe(2);
	await world.until(life, () => receiver.requests.length === 4);
	await world.quiet(life);
	expect(receiver.seqs).toEqual([1, 2, 1, 2]);
	const again = { attempts: 2, queued: false, error: { status: 500 } };
	expect(await lettersOf(life, target.id)).toMatchObject([again, again]);
});

test("redelivers without waiting for retries or pauses", async () => {
	const world = new World();
	const life = await world.start({ pauseAfterFailures: 2 });
	const receiver = await listen(refuse(410, 1));
	const { target } = await life.targets.create({
		settings: { url: receiver.url },
		live_ids: ["a"],
		batch: { max_events: 1 },
	});
	world.log.append("a", 1);
	await world.until(life, () => receiver.requests.length === 1);
	await world.quiet(life);
	receiver.behaviour = answer(500);
	world.log.append("a", 1);
	await world.until(life, () => receiver.requests.length === 2);
	await vi.waitFor(async () => expect(await life.targets.list()).toMatchObject([{ state: "paused" }]));
	receiver.behaviour = accept;
	await life.targets.redeliverAll(target.id);
	await vi.waitFor(() => expect(receiver.seqs).toEqual([1, 2, 1]));
	await vi.waitFor(async () => expect(await life.targets.list()).toMatchObject([{ state: "active", dead_letters: 0 }]));
	await world.until(life, () => receiver.requests.length === 4);
	expect(receiver.seqs).toEqual([1, 2, 1, 2]);
});

test("resends what retention left of a dead letter", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen(refuse(410, 1));
	const { target } = await life.targets.create({ settings: { url: receiver.url }, live_ids: ["a"] });
	world.log.append("a", 4);
	await world.until(life, () => receiver.requests.length === 1);
	await world.quiet(life);
	world.log.forget("a", 2);
	const [letter = expect.fail()] = await lettersOf(life, target.id);
	expect(letter).toMatchObject({ available: "some" });
	receiver.behaviour = accept;
	await life.targets.redeliver(target.id, letter.delivery_id);
	await world.until(life, () => receiver.requests.length === 2);
	expect(receiver.bodies[1]).toMatchObject({
		truncated: { from: 1, to: 2, reason: "retention" },
		events: [{ seq: 3 }, { seq: 4 }],
	});
	expect(receiver.bodies[1]?.delivery_id).not.toBe(letter.delivery_id);
	await world.quiet(life);
	expect(await lettersOf(life, target.id)).toEqual([]);
	const [again, first] = await life.targets.history(target.id, "en");
	expect([again?.delivery_id, first?.delivery_id]).toEqual([letter.delivery_id, letter.delivery_id]);
	expect([again?.error, first?.error?.code]).toEqual([null, "http_status"]);
});

test("reports a dead letter whose events are all gone", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen(refuse(410, 1));
	const { target } = await life.targets.create({ settings: { url: receiver.url }, live_ids: ["a"] });
	world.log.append("a", 4);
	await world.until(life, () => receiver.requests.length === 1);
	await world.quiet(life);
	world.log.append("a", 1);
	world.log.forget("a", 4);
	const [letter = expect.fail()] = await lettersOf(life, target.id);
	expect(letter).toMatchObject({ available: "none" });
	await expect(life.targets.redeliver(target.id, letter.delivery_id)).rejects.toMatchObject({
		code: "events_expired",
		status: 410,
	});
	await life.targets.redeliverAll(target.id);
	await world.quiet(life);
	expect(await lettersOf(life, target.id)).toMatchObject([{ queued: false, error: { code: "events_expired" } }]);
	expect(receiver.seqs).toEqual([1, 2, 3, 4, 5]);
});

test("resends a report unchanged, even without its event", async () => {
	const world = new World();
	const report = {
		...{ state: "report", subject: "b1", at: 1, text: { en: "Length: 1 h", zh: "时长：1 小时" } },
		report: { live_id: "a" },
	} as unknown as ReportNotice;
	const life = await world.start({}, { reportOf: async () => report });
	const receiver = await listen(refuse(410, 1));
	const settings = { url: receiver.url };
	const { target } = await life.targets.create({ settings, live_ids: ["a"], states: ["report"] });
	world.log.record("a", { type: "broadcast_ended", room_id: "b1", received_at: world.clock.now() });
	await world.until(life, () => receiver.requests.length === 1);
	await world.quiet(life);
	world.log.append("a", 1);
	world.log.forget("a", 1);
	const [letter = expect.fail()] = await lettersOf(life, target.id);
	expect(letter).toMatchObject({ available: "some" });
	receiver.behaviour = accept;
	await life.targets.redeliver(target.id, letter.delivery_id);
	await world.until(life, () => receiver.requests.length === 2);
	expect(receiver.bodies[1]).toMatchObject({ truncated: { from: 1, to: 1 }, notices: [report], events: [] });
	await world.quiet(life);
	expect(await lettersOf(life, target.id)).toEqual([]);
});

test("keeps dead letters and their queue across restarts", async () => {
	const world = new World();
	const receiver = await listen(refuse(410, 1));
	const first = await world.start();
	const { target } = await first.targets.create({ settings: { url: receiver.url }, live_ids: ["a"] });
	world.log.append("a", 1);
	await world.until(first, () => receiver.requests.length === 1);
	await world.quiet(first);
	await first.store.queueAllLetters(target.id);
	await first.stop();
	receiver.behaviour = accept;
	const second = await world.start();
	await world.until(second, () => receiver.requests.length === 2);
	await world.quiet(second);
	expect(await lettersOf(second, target.id)).toEqual([]);
});

test("pauses a failing receiver, without dead letters", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen(answer(503));
	const { target } = await life.targets.create({
		settings: { url: receiver.url },
		live_ids: "*",
		batch: { max_events: 10 },
	});
	for (const room of ["a", "b", "c", "d"]) world.log.append(room, 100);
	await world.until(life, async () => (await life.targets.list())[0]?.state === "paused");
	expect(receiver.requests).toHaveLength(20);
	const [{ paused_until: until } = expect.fail()] = await life.targets.list();
	expect(until).toBe(world.clock.now() + 225_000);
	await world.clock.advance(224_999);
	expect(receiver.requests).toHaveLength(20);
	await world.clock.advance(1);
	await vi.waitFor(() => expect(receiver.requests).toHaveLength(21));
	await world.quiet(life);
	await world.clock.advance(60_000);
	expect(receiver.requests).toHaveLength(21);
	// One day with a few hundred probes.
	const tomorrow = world.clock.now() + 24 * 3_600_000;
	await world.until(life, () => world.clock.now() >= tomorrow);
	expect(receiver.requests.length).toBeLessThan(420);
	expect((await lettersOf(life, target.id)).length).toBeLessThan(40);
	receiver.behaviour = accept;
	receiver.requests.length = 0;
	await world.until(life, async () => (await life.targets.list())[0]?.state === "active");
	await world.until(life, () => receiver.requests.length >= 4);
	const messages = world.lines.filter(({ level }) => level !== "error").map(({ message }) => message);
	expect(messages).toContain("【!】推送目标已暂停：连续 20 次发送失败");
	expect(messages).toContain("【√】已暂停的推送目标恢复发送");
});

test("resends all events of a letter from a lost end", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen(accept);
	const say = (...ids: string[]) => {
		for (const id of ids) world.log.record("a", { id, type: "chat", received_at: Number(id) });
	};
	const input = { settings: { url: receiver.url }, live_ids: ["a"], batch: { max_events: 5, max_wait_ms: 50 } };
	const { target } = await life.targets.create(input);
	say("1", "2", "3");
	await world.until(life, () => receiver.seqs.length === 3);
	await world.quiet(life);
	const ids = () => receiver.bodies.map(({ events }) => (events as unknown as { id: string }[]).map(({ id }) => id));
	receiver.behaviour = answer(410);
	world.log.cut("a", 1);
	say("4", "2", "3", "5");
	await world.until(life, async () => (await life.targets.get(target.id, "en")).rooms.every(({ lag }) => lag === 0));
	const refused = ids().slice(1).flat();
	expect(refused).toEqual(["4", "5"]);
	receiver.behaviour = accept;
	const before = receiver.requests.length;
	await life.targets.redeliverAll(target.id);
	await world.until(life, async () => (await lettersOf(life, target.id)).length === 0);
	expect(ids().slice(before).flat()).toEqual(refused);
});
