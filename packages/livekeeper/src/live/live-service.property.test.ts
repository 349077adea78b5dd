import { LivekeeperError, RoomNotFoundError } from "@livekeeper/base/errors";
import type { RoomOptions } from "@livekeeper/base/room-options";
import { verbatim } from "@livekeeper/base/text";
import type { EventLog } from "@livekeeper/log";
import { storageTexts } from "@livekeeper/log/text";
import fc from "fast-check";
import { expect, test } from "vitest";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { type ConnectionPool, LiveService } from "./live-service.ts";
import type { RoomHost } from "./room-host.ts";
import { emptyStatus } from "./room-host.ts";

type Registry = EventLog["registry"];

const liveId = "1001";

/** Stores when the test says so, in any order, or refuses to; by default it stores at once. */
class TestRegistry implements Omit<Registry, "list"> {
	readonly rows = new Map<string, RoomOptions>();
	readonly stopped = new Set<string>();
	readonly #isSlow: boolean;
	readonly #waiting: ((works: boolean) => void)[] = [];

	constructor({ isSlow = false } = {}) {
		this.#isSlow = isSlow;
	}

	get waits(): number {
		return this.#waiting.length;
	}

	keep(room: string, options: RoomOptions): Promise<void> {
		return this.#later(() => {
			if (options.visited && this.stopped.has(room)) throw new RoomNotFoundError(room);
			this.rows.set(room, options);
			this.stopped.delete(room);
		});
	}

	stop(room: string, { always }: { always: boolean }): Promise<boolean> {
		return this.#later(() => {
			if (this.rows.has(room) || always) this.stopped.add(room);
			return this.rows.delete(room);
		});
	}

	get(room: string): ReturnType<Registry["get"]> {
		return this.#later(() => {
			const options = this.rows.get(room);
			if (options) return { liveId: room, options, unreadable: false };
			return this.stopped.has(room) ? "stopped" : undefined;
		});
	}

	release(room: string): Promise<boolean> {
		return this.#later(() => this.rows.delete(room));
	}

	/** Returns a snapshot of the time of the call. */
	load(): ReturnType<Registry["load"]> {
		const rooms = Array.from(this.rows, ([room, options]) => ({ liveId: room, options, unreadable: false }));
		return this.#later(() => rooms);
	}

	settle(which: number, works: boolean): void {
		this.#waiting.splice(which % this.#waiting.length, 1)[0]?.(works);
	}

	#later<T>(store: () => T): Promise<T> {
		if (!this.#isSlow) return Promise.resolve().then(store);
		return new Promise((resolve, reject) => {
			this.#waiting.push((works) => {
				if (works) resolve(new Promise((stored) => stored(store())));
				else reject(new LivekeeperError("storage_failing", storageTexts.failed(verbatim("disk full"))));
			});
		});
	}
}

/** A host whose rooms do nothing. */
class QuietHost implements RoomHost {
	readonly #rooms = new Map<string, RoomOptions>();

	start(room: string, options: RoomOptions): void {
		this.#rooms.set(room, options);
	}

	change(room: string, options: RoomOptions): void {
		this.#rooms.set(room, options);
	}

	async stop(room: string): Promise<void> {
		this.#rooms.delete(room);
	}

	status(room: string) {
		const options = this.#rooms.get(room);
		return options && emptyStatus({ liveId: room, options, message: verbatim("in a test"), since: 0 });
	}

	statuses() {
		return [...this.#rooms.keys()].flatMap((room) => this.status(room) ?? []);
	}

	qualityHistory() {
		return [];
	}

	onStatus() {
		return () => undefined;
	}
}

function serviceOver(registry: TestRegistry): LiveService {
	return new LiveService({
		host: new QuietHost(),
		pool: {} as ConnectionPool,
		log: { registry: registry as unknown as Registry, knows: async () => false },
		logger: recordingLogger().logger,
	});
}

/** Model of one room: the operations requested and their results. */
class World {
	readonly registry = new TestRegistry({ isSlow: true });
	readonly live = serviceOver(this.registry);
	/** A caller was answered that it is kept, and no caller has stopped it since. */
	#kept = false;
	/** The last stop or release failed because the store may still have it. */
	#mayReturn = false;
	#starts = 0;
	#stops = 0;
	/** Number of starts at the time of the last answered stop. */
	#stoppedAfter: number | undefined;
	readonly answers: string[] = [];

	async start(options?: RoomOptions, how?: "replace" | "merge"): Promise<void> {
		this.#starts++;
		const stops = this.#stops;
		try {
			await this.live.startLive(liveId, options, how);
		} catch (error) {
			this.answers.push((error as LivekeeperError).code);
			return;
		}
		this.answers.push("ok");
		// A stop that was requested later has the last word.
		if (stops === this.#stops) this.#kept = true;
		expect(this.registry.rows.get(liveId)).toMatchObject(options ?? {});
	}

	/** A reader arrives. */
	async visit(): Promise<void> {
		await this.live.startLive(liveId, { visited: true }).catch(() => undefined);
	}

	/** The last reader has left. */
	async release(): Promise<void> {
		if (!this.live.visitedRooms().includes(liveId)) return;
		await this.live.releaseLive(liveId).catch(({ code }: LivekeeperError) => {
			this.#mayReturn = code === "storage_failing";
		});
	}

	async stop(): Promise<void> {
		const starts = this.#starts;
		this.#stops++;
		this.#kept = false;
		const stopped = this.live.stopLive(liveId);
		const answer = await stopped.then(
			() => "stopped",
			({ code }: LivekeeperError) => code,
		);
		this.answers.push(answer);
		// Another stop has to end that, whether it is active or not.
		this.#mayReturn = answer === "storage_failing";
		if (answer === "stopped") this.#stoppedAfter = starts;
		if (starts === this.#starts && !this.#mayReturn)
			expect([...this.registry.rows.keys(), ...this.live.getStatus().activeRooms]).toEqual([]);
	}

	/** Runs everything that can continue without the store. */
	async check(): Promise<void> {
		await new Promise(setImmediate);
		if (this.#stoppedAfter === this.#starts) expect(this.live.getStatus().activeRooms).toEqual([]);
		if (!this.#kept) return;
		expect(this.live.getStatus().activeRooms).toEqual([liveId]);
		// After a crash it would be started again.
		expect([...this.registry.rows.keys()]).toEqual([liveId]);
	}

	async settle(which: number, works: boolean): Promise<void> {
		if (this.registry.waits > 0) this.registry.settle(which, works);
		await this.check();
	}

	async settleAll(works: () => boolean): Promise<void> {
		while (this.registry.waits > 0) await this.settle(0, works());
		const options = this.live.optionsOf(liveId);
		// A refused start or change has left nothing.
		if (options || !this.#mayReturn) expect(this.registry.rows.get(liveId)).toEqual(options);
	}
}

const settled = fc.record({ which: fc.nat(3), works: fc.boolean() });
const asked = fc.constantFrom<(world: World) => Promise<void>>(
	(world) => world.start(),
	(world) => world.start({ pinned: true }),
	(world) => world.start({ raw: true }, "merge"),
	(world) => world.visit(),
	(world) => world.release(),
	(world) => world.stop(),
	(world) => world.live.reload().catch(() => undefined),
);

test("keeps every answered promise under concurrency and storage failures", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.oneof(asked, settled, fc.constant("pause" as const)), { maxLength: 16 }),
			fc.infiniteStream(fc.boolean()),
			async (script, rest) => {
				const world = new World();
				const answers: Promise<void>[] = [];
				for (const step of script) {
					if (typeof step === "function") answers.push(step(world));
					else if (step === "pause") await world.check();
					else await world.settle(step.which, step.works);
				}
				await world.check();
				await world.settleAll(() => rest.next().value);
				await Promise.all(answers);
			},
		),
		{ numRuns: 1000 },
	);
});

/** @param works whether each call of the store succeeds, in order */
async function answered(world: World, asked: readonly [() => Promise<void>, works: readonly boolean[]][]) {
	for (const [ask, works] of asked) {
		const answer = ask();
		await world.check();
		for (const one of works) await world.settle(0, one);
		await answer;
	}
}

test("answers a second start once the first is stored", async () => {
	const world = new World();
	const both = () => Promise.all([world.start(), world.start()]).then(() => undefined);
	const answers = both();
	await world.check();
	await world.settle(0, true);
	expect(world.answers).toEqual([]);
	await world.settle(0, true);
	await answers;
	expect(world.answers).toEqual(["ok", "ok"]);
});

test("retries a second start when the first was not stored", async () => {
	const world = new World();
	const both = () => Promise.all([world.start(), world.start()]).then(() => undefined);
	await answered(world, [[both, [true, false, true, true]]]);
	expect(world.answers).toEqual(["storage_failing", "ok"]);
});

test("can stop a stopped room that is stored as kept", async () => {
	const world = new World();
	await answered(world, [
		[() => world.start(), [true, true]],
		[() => world.stop(), [false]],
		[() => world.stop(), [true]],
		[() => world.stop(), [true]],
	]);
	expect(world.answers).toEqual(["ok", "storage_failing", "stopped", "room_not_found"]);
	expect(world.registry.rows.size).toBe(0);
});

test("keeps a room started while its last reader left", async () => {
	const world = new World();
	await answered(world, [
		[() => world.visit(), [true, true]],
		[() => Promise.all([world.start(), world.release()]).then(() => undefined), [true]],
	]);
	expect(world.answers).toEqual(["ok"]);
	expect(world.live.getStatus().activeRooms).toEqual([liveId]);
});

test("starts no room on a visit after an unstored stop", async () => {
	const world = new World();
	await answered(world, [
		[() => world.start(), [true, true]],
		[() => world.stop(), [false]],
		[() => world.visit(), []],
		[() => world.start(), [true]],
		[() => world.stop(), [true]],
		[() => world.visit(), [true]],
	]);
	expect(world.answers).toEqual(["ok", "storage_failing", "ok", "stopped"]);
	expect(world.live.getStatus().activeRooms).toEqual([]);
});

/** One room on two nodes. Each is notified of the other's changes when the test says so, or never. */
class TwoNodes {
	readonly registry = new TestRegistry();
	readonly #nodes = [serviceOver(this.registry), serviceOver(this.registry)] as const;
	/** Options of its last start; `undefined` if it is not kept. */
	#kept: RoomOptions | undefined;

	async start(at: number, options?: RoomOptions, how: "replace" | "merge" = "merge"): Promise<void> {
		const node = this.#node(at);
		// A node's view may be out of date; this check needs the current state.
		if (node.optionsOf(liveId)) await node.reload();
		const started = await node.startLive(liveId, options, how);
		expect(started.created).toBe(this.#kept === undefined);
		this.#kept = { ...((how === "merge" || !options) && this.#kept), ...options };
		expect(node.optionsOf(liveId)).toMatchObject(this.#kept);
	}

	async change(at: number): Promise<void> {
		const node = this.#node(at);
		if (node.optionsOf(liveId)) await node.reload();
		const changed = node.changeLive(liveId, { raw: true });
		if (!this.#kept) return expect(changed).rejects.toMatchObject({ code: "room_not_found" });
		await changed;
		this.#kept = { ...this.#kept, raw: true };
	}

	async visit(at: number): Promise<void> {
		const node = this.#node(at);
		if (node.optionsOf(liveId)) await node.reload();
		const isStopped = this.registry.stopped.has(liveId);
		const visited = node.startLive(liveId, { visited: true });
		if (isStopped) return expect(visited).rejects.toMatchObject({ code: "room_not_found" });
		await visited;
		this.#kept ??= {};
	}

	async stop(at: number): Promise<void> {
		const node = this.#node(at);
		const isKnown = this.#kept !== undefined || node.optionsOf(liveId) !== undefined;
		const stopped = node.stopLive(liveId);
		await (isKnown ? stopped : expect(stopped).rejects.toMatchObject({ code: "room_not_found" }));
		this.#kept = undefined;
	}

	/** Checks each node's answer, including that of a node without any notification. */
	async check(): Promise<void> {
		for (const node of this.#nodes) {
			const isStale = node.optionsOf(liveId) !== undefined;
			if (!this.#kept && isStale) continue;
			const readable = node.requireReadable(liveId);
			if (!this.#kept) {
				await expect(readable).rejects.toMatchObject({ code: "room_not_found" });
				expect(await node.findRoom(liveId)).toBeUndefined();
				continue;
			}
			await readable;
			const room = await node.findRoom(liveId);
			expect(room?.status.liveId).toBe(liveId);
			if (!isStale) expect(room?.options).toMatchObject(this.#kept);
		}
		expect(this.registry.rows.has(liveId)).toBe(this.#kept !== undefined);
		if (this.#kept) expect(this.registry.rows.get(liveId)).toMatchObject(this.#kept);
	}

	notify(at: number): Promise<void> {
		return this.#node(at).reload();
	}

	#node(at: number): LiveService {
		return this.#nodes[at === 0 ? 0 : 1];
	}
}

const done = fc.constantFrom<(world: TwoNodes, at: number) => Promise<void>>(
	(world, at) => world.start(at),
	(world, at) => world.start(at, { pinned: true }),
	(world, at) => world.start(at, { cookie: "sessionid=1" }, "replace"),
	(world, at) => world.change(at),
	(world, at) => world.visit(at),
	(world, at) => world.stop(at),
	(world, at) => world.notify(at),
);

test("finds a kept room at every node, notified or not", async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(fc.tuple(done, fc.nat(1)), { maxLength: 12 }), async (script) => {
			const world = new TwoNodes();
			for (const [act, at] of script) {
				await act(world, at);
				await world.check();
			}
		}),
		{ numRuns: 500 },
	);
});
