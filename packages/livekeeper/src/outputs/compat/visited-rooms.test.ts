import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, onTestFinished, test } from "vitest";
import { recordingLogger } from "../../recording-logger.helpers.ts";
import { VisitedRooms } from "./visited-rooms.ts";

/** Nodes that share rooms, and hear each other unless NATS is down. */
class Nodes {
	readonly clock = new ManualClock();
	readonly rooms = new Map<string, { visited?: boolean | undefined }>();
	readonly #hear = new Map<string, (message: Uint8Array) => void>();
	owner = "a";
	isAway = false;

	join(node: string): VisitedRooms {
		const messages = {
			publish: (_topic: string, message: Uint8Array) => {
				for (const hear of this.isAway ? [] : this.#hear.values()) hear(message);
			},
			subscribe: (_topic: string, listener: (message: Uint8Array) => void) => void this.#hear.set(node, listener),
		};
		const live = {
			getRoom: (liveId: string) => this.rooms.get(liveId) as never,
			startLive: async (liveId: string, options: { visited?: boolean | undefined } = {}) => {
				this.rooms.set(liveId, options);
				return {} as never;
			},
			releaseLive: async (liveId: string) => void this.rooms.delete(liveId),
			visitedRooms: () => [...this.rooms].flatMap(([liveId, { visited }]) => (visited ? liveId : [])),
		};
		const cluster = { node, messages, ownership: { owns: () => this.owner === node } };
		const rooms = new VisitedRooms({ live, clock: this.clock, logger: recordingLogger().logger, cluster });
		onTestFinished(() => rooms.close());
		return rooms;
	}
}

test("keeps a room that has a listener at any node", async () => {
	const nodes = new Nodes();
	const [a, b] = [nodes.join("a"), nodes.join("b")];
	const leaveA = await a.enter("1001");
	const leaveB = await b.enter("1001");
	leaveA();
	await nodes.clock.advance(300_000);
	expect([...nodes.rooms.keys()]).toEqual(["1001"]);
	leaveB();
	await nodes.clock.advance(300_000);
	expect([...nodes.rooms.keys()]).toEqual([]);
});

test("releases a listener's room after its node died", async () => {
	const nodes = new Nodes();
	const a = nodes.join("a");
	nodes.join("b");
	await a.enter("1001");
	a.close();
	nodes.owner = "b";
	await nodes.clock.advance(50_000);
	expect([...nodes.rooms.keys()]).toEqual(["1001"]);
	await nodes.clock.advance(50_000);
	expect([...nodes.rooms.keys()]).toEqual([]);
});

test("ignores time in which nodes do not hear each other", async () => {
	const nodes = new Nodes();
	const [, b] = [nodes.join("a"), nodes.join("b")];
	await b.enter("1001");
	await nodes.clock.advance(44_000);
	nodes.isAway = true;
	await nodes.clock.advance(600_000);
	nodes.isAway = false;
	await nodes.clock.advance(300_000);
	expect([...nodes.rooms.keys()]).toEqual(["1001"]);
});

test("lets a listener return at another node within a minute", async () => {
	const nodes = new Nodes();
	const [, b] = [nodes.join("a"), nodes.join("b")];
	await nodes.clock.advance(1_000);
	const leave = await b.enter("1001");
	await nodes.clock.advance(28_000);
	leave();
	await nodes.clock.advance(59_000);
	expect([...nodes.rooms.keys()]).toEqual(["1001"]);
	await nodes.clock.advance(16_000);
	expect([...nodes.rooms.keys()]).toEqual([]);
});
