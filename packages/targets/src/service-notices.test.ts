import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, onTestFinished, test } from "vitest";
import { answer, type ReceivedBody, Receiver } from "./receiver.helpers.ts";
import { type Life, World } from "./service.helpers.ts";
import type { Reading } from "./service-states.ts";
import { ServiceWatch } from "./service-watch.ts";
import type { TargetStore } from "./target-store.ts";

type Body = ReceivedBody & { notices?: (Reading & { at: number })[] };

const storage = (condition: "fine" | "failing"): Reading => {
	return { state: "storage", subject: "", condition, text: { en: `storage ${condition}`, zh: `存储 ${condition}` } };
};
const login = (condition: "fine" | "ending" | "ended"): Reading => {
	return {
		state: "login_ending",
		subject: "main",
		condition,
		text: { en: `login ${condition}`, zh: `登录 ${condition}` },
	};
};

/** The service's states, set by a test, and nodes on one store that observe them. */
class Service extends World {
	readings: Reading[] = [storage("fine"), login("fine")];
	notifier = "a";

	async startNode(node = "a", wrap?: NonNullable<Parameters<World["start"]>[1]>["wrap"]): Promise<Life> {
		const states = new ServiceWatch(this.clock);
		const life = await this.start({}, { states, ...(wrap && { wrap }) });
		onTestFinished(
			states.follow({
				readings: () => this.readings,
				notifies: () => this.notifier === node,
				isStorable: () => this.readings.every(({ condition }) => condition !== "failing"),
			}),
		);
		return life;
	}

	/** Advances the time by so many seconds, and sends everything due in them. */
	async pass(seconds: number, ...lives: Life[]): Promise<void> {
		for (let n = 0; n < seconds; n++) {
			await this.clock.advance(1_000);
			for (const life of lives) await this.quiet(life);
		}
	}
}

async function listen(): Promise<Receiver> {
	const receiver = await Receiver.listen();
	onTestFinished(() => receiver.close());
	return receiver;
}

const notices = (receiver: Receiver) =>
	receiver.bodies.flatMap(({ notices = [] }: Body) => notices.map(({ state, condition }) => `${state} ${condition}`));

test("sends a login's end once across a restart", async () => {
	const service = new Service();
	const receiver = await listen();
	const first = await service.startNode();
	const { target } = await first.targets.create({
		...{ settings: { url: receiver.url }, live_ids: ["a"], states: ["login_ending"], pace: { hold_seconds: 20 } },
	});
	service.readings = [storage("failing"), login("ending")];
	await service.pass(10, first);
	service.readings = [login("fine")];
	await service.pass(30, first);
	expect(notices(receiver)).toEqual([]);
	service.readings = [login("ended")];
	await service.pass(40, first);
	const [body = expect.fail()] = receiver.bodies as Body[];
	expect(body).toEqual({
		...{ target_id: target.id, live_id: "", delivery_id: expect.stringMatching(/^dlv_/), events: [] },
		notices: [{ ...login("ended"), at: expect.any(Number) }],
	});
	await first.stop();
	const second = await service.startNode();
	await service.pass(40, second);
	expect(notices(receiver)).toEqual(["login_ending ended"]);
	service.readings = [login("fine")];
	await service.pass(40, second);
	expect(notices(receiver)).toEqual(["login_ending ended", "login_ending fine"]);
	const { rooms } = await second.targets.get(target.id, "en");
	expect(rooms.map(({ live_id }) => live_id)).not.toContain(":service");
	expect((await second.targets.history(target.id, "en")).map(({ live_id }) => live_id)).toEqual(["", ""]);
});

test("reports failing storage while nothing can be stored", async () => {
	const service = new Service();
	const receiver = await listen();
	let full = false;
	const life = await service.startNode(
		"a",
		(store) =>
			new Proxy<TargetStore>(store, {
				get: (of, name: keyof TargetStore) => {
					const method = of[name] as (...args: unknown[]) => Promise<unknown>;
					if (name !== "saveProgress") return method.bind(of);
					return (...args: unknown[]) => (full ? Promise.reject(new Error("disk full")) : method.apply(of, args));
				},
			}),
	);
	const { target } = await life.targets.create({
		...{
			settings: { url: receiver.url },
			live_ids: "*",
			states: ["storage", "login_ending"],
			pace: { hold_seconds: 0 },
		},
	});
	full = true;
	service.readings = [storage("failing"), login("ended")];
	await service.pass(20, life);
	expect(notices(receiver).toSorted()).toEqual(["login_ending ended", "storage failing"]);
	full = false;
	service.readings = [storage("fine"), login("ended")];
	await service.pass(20, life);
	expect(notices(receiver).slice(2)).toEqual(["storage fine"]);
	await life.stop();
	const second = await service.startNode();
	await service.pass(20, second);
	expect(receiver.requests).toHaveLength(2);
	expect((await second.store.progress(target.id)).map(({ progress }) => progress.lastNotified)).toEqual([
		{ "login_ending main": "ended" },
	]);
});

test("resends a failed notice unchanged, before later changes", async () => {
	const service = new Service();
	const receiver = await listen();
	receiver.behaviour = (response, request, n) => answer(n < 2 ? 500 : 204)(response, request, n);
	const life = await service.startNode();
	await life.targets.create({
		settings: { url: receiver.url },
		live_ids: "*",
		states: ["storage"],
		pace: { hold_seconds: 0 },
	});
	service.readings = [storage("failing")];
	await service.pass(6, life);
	service.readings = [storage("fine")];
	await service.pass(30, life);
	const bodies = receiver.requests.map(({ body }) => body);
	expect(new Set(bodies.slice(0, 3)).size).toBe(1);
	expect(notices(receiver)).toEqual([...Array.from({ length: 3 }, () => "storage failing"), "storage fine"]);
});

test("dead-letters a notice without a room, and can resend it", async () => {
	const service = new Service();
	const receiver = await listen();
	receiver.behaviour = (response, request, n) => answer(n === 0 ? 410 : 204)(response, request, n);
	const life = await service.startNode();
	const { target } = await life.targets.create({
		...{ settings: { url: receiver.url }, live_ids: "*", states: ["storage"], pace: { hold_seconds: 0 } },
	});
	service.readings = [storage("failing")];
	await service.pass(10, life);
	const { dead_letters: letters } = await life.targets.deadLetters(target.id, { limit: 9 }, "en");
	expect(letters).toMatchObject([{ live_id: "", available: "all", events: 0 }]);
	await life.targets.redeliver(target.id, letters[0]?.delivery_id ?? expect.fail());
	await service.pass(10, life);
	const [first, again, ...more] = receiver.requests.map(({ body }) => body);
	expect(again).toBe(first);
	expect(more).toEqual([]);
	expect((await life.targets.deadLetters(target.id, { limit: 9 }, "en")).dead_letters).toEqual([]);
});

test("notifies from one node, and continues after a takeover", async () => {
	const service = new Service();
	const receiver = await listen();
	const a = await service.startNode("a");
	const b = await service.startNode("b");
	await a.targets.create({
		settings: { url: receiver.url },
		live_ids: "*",
		states: ["storage", "login_ending"],
		pace: { hold_seconds: 0 },
	});
	await b.dispatcher.resume((await a.store.list())[0]?.target.id ?? expect.fail());
	service.readings = [storage("fine"), login("ended")];
	await service.pass(20, a, b);
	service.notifier = "b";
	await service.pass(20, a, b);
	expect(notices(receiver)).toEqual(["login_ending ended"]);
	service.readings = [storage("fine"), login("fine")];
	await service.pass(20, a, b);
	expect(notices(receiver)).toEqual(["login_ending ended", "login_ending fine"]);
	service.notifier = "a";
	await service.pass(20, a, b);
	expect(notices(receiver)).toHaveLength(2);
});

test("continues from notices sent during its stall", async () => {
	const service = new Service();
	const receiver = await listen();
	service.notifier = "b";
	const b = await service.startNode("b");
	await b.targets.create({
		settings: { url: receiver.url },
		live_ids: "*",
		states: ["login_ending"],
		pace: { hold_seconds: 0 },
	});
	// This node observes nothing while its clock stands still.
	const clock = new ManualClock();
	const states = new ServiceWatch(clock);
	const a = await service.start({}, { states });
	onTestFinished(states.follow({ readings: () => service.readings, notifies: () => true, isStorable: () => true }));
	await service.quiet(a);
	service.readings = [login("ended")];
	await service.pass(20, a, b);
	expect(notices(receiver)).toEqual(["login_ending ended"]);
	service.notifier = "a";
	service.readings = [login("fine")];
	await clock.advance(20_000);
	await service.pass(20, a, b);
	expect(notices(receiver)).toEqual(["login_ending ended", "login_ending fine"]);
});

test("keeps notified states after the target changes", async () => {
	const service = new Service();
	const receiver = await listen();
	const life = await service.startNode();
	const input = { settings: { url: receiver.url }, live_ids: ["a"], pace: { hold_seconds: 0 } };
	const { target } = await life.targets.create({ ...input, states: ["login_ending"] });
	service.readings = [storage("failing"), login("ended")];
	await service.pass(10, life);
	await life.targets.update(target.id, { ...input, states: ["login_ending", "storage"] });
	await service.pass(10, life);
	expect(notices(receiver)).toEqual(["login_ending ended", "storage failing"]);
});
