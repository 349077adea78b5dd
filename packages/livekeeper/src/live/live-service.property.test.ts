import fc from "fast-check";
import { expect, test } from "vitest";
import { LivekeeperError, RoomNotFoundError } from "../errors.ts";
import type { EventLog } from "../event-log/index.ts";
import type { RoomOptions } from "../room-options.ts";
import { recordingLogger } from "../rooms/fake-upstream.helpers.ts";
import { storageTexts, verbatim } from "../text/index.ts";
import { emptyStatus } from "./empty-status.ts";
import { type ConnectionPool, LiveService } from "./live-service.ts";
import type { RoomHost } from "./room-host.ts";

type Registry = EventLog["registry"];

const liveId = "1001";

/** Stores nothing until the test says so, in whichever order it says, or refuses to. */
class SlowRegistry implements Omit<Registry, "list"> {
	readonly rows = new Map<string, RoomOptions>();
	readonly stopped = new Set<string>();
	readonly #waiting: ((works: boolean) => void)[] = [];

	get waits(): number {
		return this.#waiting.length;
	}

	want(room: string, options: RoomOptions): Promise<void> {
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

	isStopped(room: string): Promise<boolean> {
		return this.#later(() => this.stopped.has(room));
	}

	unwant(room: string): Promise<boolean> {
		return this.#later(() => this.rows.delete(room));
	}

	/** As it was when it was asked for. */
	load(): ReturnType<Registry["load"]> {
		const rooms = Array.from(this.rows, ([room, options]) => ({ liveId: room, options, unreadable: false }));
		return this.#later(() => rooms);
	}

	settle(which: number, works: boolean): void {
		this.#waiting.splice(which % this.#waiting.length, 1)[0]?.(works);
	}

	#later<T>(store: () => T): Promise<T> {
		return new Promise((resolve, reject) => {
			this.#waiting.push((works) => {
				if (works) resolve(new Promise((stored) => stored(store())));
				else reject(new LivekeeperError("storage_failing", storageTexts.failed(verbatim("disk full"))));
			});
		});
	}
}

/** Rooms that do nothing. */
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

/** What is asked of one room, and what was answered. */
class World {
	readonly registry = new SlowRegistry();
	readonly live = new LiveService({
		host: new QuietHost(),
		pool: {} as ConnectionPool,
		log: { registry: this.registry as unknown as Registry, knows: async () => false },
		logger: recordingLogger().logger,
	});
	/** Somebody was told that it is kept, and nobody has stopped it since. */
	#kept = false;
	/** Its last stop or release was answered that the store may still have it. */
	#mayReturn = false;
	#starts = 0;
	/** How many starts there had been when the last stop came that was answered. */
	#stoppedAfter: number | undefined;
	readonly answers: string[] = [];

	async start(options?: RoomOptions, how?: "replace" | "merge"): Promise<void> {
		this.#starts++;
		try {
			await this.live.startLive(liveId, options, how);
		} catch (error) {
			this.answers.push((error as LivekeeperError).code);
			return;
		}
		this.answers.push("ok");
		this.#kept = true;
		expect(this.registry.rows.get(liveId)).toMatchObject(options ?? {});
	}

	/** A listener comes. */
	async visit(): Promise<void> {
		await this.live.startLive(liveId, { visited: true }).catch(() => undefined);
	}

	/** The last listener has gone. */
	async release(): Promise<void> {
		if (!this.live.visitedRooms().includes(liveId)) return;
		await this.live.releaseLive(liveId).catch(({ code }: LivekeeperError) => {
			this.#mayReturn = code === "storage_failing";
		});
	}

	async stop(): Promise<void> {
		const starts = this.#starts;
		this.#kept = false;
		const stopped = this.live.stopLive(liveId);
		const answer = await stopped.then(
			() => "stopped",
			({ code }: LivekeeperError) => code,
		);
		this.answers.push(answer);
		// Stopping it again has to end that, whether it is active or not.
		this.#mayReturn = answer === "storage_failing";
		if (answer === "stopped") this.#stoppedAfter = starts;
		if (starts === this.#starts && !this.#mayReturn)
			expect([...this.registry.rows.keys(), ...this.live.getStatus().activeRooms]).toEqual([]);
	}

	/** Lets all that can go on without the store do so. */
	async check(): Promise<void> {
		await new Promise(setImmediate);
		if (this.#stoppedAfter === this.#starts) expect(this.live.getStatus().activeRooms).toEqual([]);
		if (!this.#kept) return;
		expect(this.live.getStatus().activeRooms).toEqual([liveId]);
		// It would be started again, were this a crash.
		expect([...this.registry.rows.keys()]).toEqual([liveId]);
	}

	async settle(which: number, works: boolean): Promise<void> {
		if (this.registry.waits > 0) this.registry.settle(which, works);
		await this.check();
	}

	async settleAll(works: () => boolean): Promise<void> {
		while (this.registry.waits > 0) await this.settle(0, works());
		const options = this.live.optionsOf(liveId);
		// A start or a change that was refused has left nothing.
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

test("whatever overlaps and whichever stores fail, what was answered holds, and what was refused leaves nothing", async () => {
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

test("a second start of a room answers once the first is stored, and fails as that does", async () => {
	const world = new World();
	const answers = [world.start(), world.start()];
	await world.check();
	expect(world.answers).toEqual([]);
	await world.settle(0, false);
	await Promise.all(answers);
	expect(world.answers).toEqual(["storage_failing", "storage_failing"]);
	expect(world.live.getStatus().activeRooms).toEqual([]);
});

test("a room that has stopped, but is stored as wanted, can be stopped again", async () => {
	const world = new World();
	for (const [ask, works] of [
		[() => world.start(), true],
		[() => world.stop(), false],
		[() => world.stop(), true],
		[() => world.stop(), true],
	] as const) {
		const answered = ask();
		await world.check();
		await world.settle(0, works);
		await answered;
	}
	expect(world.answers).toEqual(["ok", "storage_failing", "stopped", "room_not_found"]);
	expect(world.registry.rows.size).toBe(0);
});

test("a visit starts no room whose stop could not be stored", async () => {
	const world = new World();
	for (const [ask, works] of [
		[() => world.start(), [true]],
		[() => world.stop(), [false]],
		[() => world.visit(), []],
		[() => world.start(), [true]],
		[() => world.stop(), [true]],
		[() => world.visit(), [true]],
	] as const) {
		const answered = ask();
		await world.check();
		for (const one of works) await world.settle(0, one);
		await answered;
	}
	expect(world.answers).toEqual(["ok", "storage_failing", "ok", "stopped"]);
	expect(world.live.getStatus().activeRooms).toEqual([]);
});
