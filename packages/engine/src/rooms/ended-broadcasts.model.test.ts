import type { UpstreamEvent } from "@livekeeper/douyin";
import fc from "fast-check";
import { expect, inject, test } from "vitest";
import { chat, type FakeSession, live, offline } from "./fake-upstream.helpers.ts";
import { RoomHarness } from "./room-harness.helpers.ts";

const minute = 60_000;

/** An upstream that resumes from cursors: the first frame holds all messages since the cursor. */
class Broadcasting {
	readonly room = new RoomHarness();
	readonly said: UpstreamEvent[] = [];
	readonly emitted: string[] = [];
	#position = 0;

	constructor() {
		this.room.upstream.onSession = (session) => this.#play(session);
		this.room.monitor.start();
	}

	get #session(): FakeSession | undefined {
		return this.room.upstream.openSessions.find(({ aborted }) => !aborted);
	}

	async say(...events: UpstreamEvent[]): Promise<void> {
		this.said.push(...events);
		if (this.#session) this.#frame(this.#session);
		await this.pass(0);
	}

	chat(): UpstreamEvent {
		return chat(this.room.clock.now());
	}

	end(): UpstreamEvent {
		const { id, ...base } = this.chat();
		return { ...base, id, type: "control", action: "end" } as UpstreamEvent;
	}

	async pass(ms: number): Promise<void> {
		await (ms > 0 ? this.room.pass(ms) : this.room.settle());
		for (const event of this.room.events()) {
			if (event.type === "gap" || event.type.startsWith("broadcast_")) this.emitted.push(event.type);
			else if (event.type !== "connection") this.emitted.push(event.id);
		}
	}

	get messages(): string[] {
		return this.emitted.filter((one) => /^[0-9]/.test(one));
	}

	#play(session: FakeSession): void {
		const { cursor } = session.request;
		this.#position = cursor ? Number(cursor.cursor) : this.said.length;
		session.open();
		if (this.#position < this.said.length) this.#frame(session);
	}

	#frame(session: FakeSession): void {
		const events = this.said.slice(this.#position);
		this.#position = this.said.length;
		const cursor = { roomId: "r1", cursor: String(this.#position), internalExt: "" };
		session.frame(events, { cursor });
	}
}

/** Sends messages, then the end of the broadcast, perhaps in one frame with messages before or after it. */
async function ended(before: number, joined: number, after: number): Promise<Broadcasting> {
	const world = new Broadcasting();
	await world.pass(0);
	for (let i = 0; i < before; i++) {
		await world.say(world.chat());
		await world.pass(1_000);
	}
	const chats = (count: number) => Array.from({ length: count }, () => world.chat());
	await world.say(...chats(joined), world.end(), ...chats(after));
	expect(world.room.monitor.status()).toMatchObject({ state: "waiting", reason: { code: "broadcast_ended" } });
	return world;
}

const counts = fc.nat({ max: 3 });
const waits = fc.integer({ min: 1, max: 10 * minute });

test("resumes a broadcast after its end without losses or repeats", async () => {
	await fc.assert(
		fc.asyncProperty(counts, counts, counts, waits, counts, async (before, joined, after, waitMs, more) => {
			const world = await ended(before + 1, joined, after);
			await world.pass(waitMs);
			for (let i = 0; i <= more; i++) {
				await world.say(world.chat());
				await world.pass(1_000);
			}
			// Three pages that call the broadcast live.
			await world.pass(5 * minute);
			await world.say(world.chat());
			await world.pass(3 * minute);
			expect(world.messages).toEqual(world.said.map(({ id }) => id));
			expect(world.emitted).not.toContain("gap");
			expect(world.emitted.filter((one) => one === "broadcast_started")).toHaveLength(2);
			await world.room.monitor.stop();
		}),
		{ numRuns: 12 * inject("rounds") },
	);
});

test("reconnects for 20 s while a stale page says live", async () => {
	await fc.assert(
		fc.asyncProperty(counts, counts, fc.integer({ min: 0, max: 30 }), async (before, joined, lagMinutes) => {
			const world = await ended(before + 1, joined, 0);
			let connectedMs = 0;
			let maxMs = 0;
			for (let passed = 0; passed < lagMinutes * minute; passed += 5_000) {
				await world.pass(5_000);
				connectedMs = world.room.state === "connected" ? connectedMs + 5_000 : 0;
				maxMs = Math.max(maxMs, connectedMs);
			}
			expect(maxMs).toBeLessThanOrEqual(25_000);
			world.room.upstream.page = offline();
			await world.pass(3 * minute);
			expect(world.room.monitor.status()).toMatchObject({ state: "waiting" });
			expect(world.messages).toEqual(world.said.map(({ id }) => id));
			expect(world.emitted.filter((one) => one === "broadcast_ended")).toHaveLength(1);
			world.room.upstream.page = live("r2");
			await world.pass(minute);
			expect(world.room.upstream.last.request.roomId).toBe("r2");
			await world.room.monitor.stop();
		}),
		{ numRuns: 10 * inject("rounds") },
	);
});
