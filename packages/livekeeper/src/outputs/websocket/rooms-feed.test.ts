import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, test, vi } from "vitest";
import { connectRoom, say, startTestService } from "../../service/service.helpers.ts";
import { RoomsFeed, type RoomsSubscriber } from "./rooms-feed.ts";

class Recorder implements RoomsSubscriber {
	readonly messages: Record<string, unknown>[] = [];
	buffered = 0;
	send(text: string): void {
		this.messages.push(JSON.parse(text));
	}
	bufferedBytes(): number {
		return this.buffered;
	}
	/** The rooms of a client that merges what it receives. */
	get rooms(): Map<string, Record<string, unknown>> {
		const rooms = new Map<string, Record<string, unknown>>();
		for (const message of this.messages) {
			if (message["type"] === "rooms") rooms.clear();
			for (const room of (message["rooms"] ?? message["changed"]) as Record<string, unknown>[]) {
				const id = String(room["live_id"]);
				rooms.set(id, { ...rooms.get(id), ...room });
			}
			for (const id of (message["removed"] ?? []) as string[]) rooms.delete(id);
		}
		return rooms;
	}
}

async function withFeed() {
	const service = await startTestService();
	const feed = new RoomsFeed({ live: service.live, clock: service.clock, language: "en" });
	return { service, feed };
}

test("sends all rooms first, then only changed fields", async () => {
	const { service, feed } = await withFeed();
	await connectRoom(service);
	const reader = new Recorder();
	feed.subscribe(reader);
	expect(reader.messages).toMatchObject([{ type: "rooms", rooms: [{ live_id: "1001", state: "connected" }] }]);
	await service.clock.advance(1000);
	await say(service, "你好");
	await service.clock.advance(1000);
	const changes = reader.messages.slice(1).flatMap((message) => message["changed"] as object[]);
	expect(changes.length).toBeGreaterThan(0);
	for (const change of changes) expect(Object.keys(change)).not.toContain("title");
	expect(reader.rooms.get("1001")).toMatchObject({ messages: 1, title: expect.any(String) });
});

test("keeps a merging subscriber equal to the service", async () => {
	const { service, feed } = await withFeed();
	await connectRoom(service, "1001");
	const early = new Recorder();
	feed.subscribe(early);
	await connectRoom(service, "1002");
	await service.live.stopLive("1001");
	await service.clock.advance(1000);
	const late = new Recorder();
	feed.subscribe(late);
	expect([...early.rooms.keys()]).toEqual(["1002"]);
	expect(late.rooms).toEqual(early.rooms);
});

test("sends changed states soon, several in one message", async () => {
	const { service, feed } = await withFeed();
	const reader = new Recorder();
	feed.subscribe(reader);
	await service.live.startLive("1001");
	await service.live.startLive("1002");
	// The stored states are read first, in real time.
	const states = () => service.live.getStatus().rooms.map(({ state }) => state);
	await vi.waitFor(() => expect(states()).not.toEqual(["idle", "idle"]));
	await service.clock.advance(50);
	expect(reader.messages).toHaveLength(2);
	expect([...reader.rooms.keys()]).toEqual(["1001", "1002"]);
});

test("skips changes for a stalled subscriber, then sends all rooms", async () => {
	const { service, feed } = await withFeed();
	await connectRoom(service);
	const slow = new Recorder();
	const other = new Recorder();
	feed.subscribe(slow);
	feed.subscribe(other);
	slow.buffered = 2 << 20;
	for (let i = 0; i < 5; i++) {
		await say(service, "x");
		await service.clock.advance(1000);
	}
	expect(slow.messages).toHaveLength(1);
	slow.buffered = 0;
	await service.clock.advance(1000);
	expect(slow.messages.at(-1)).toMatchObject({ type: "rooms" });
	expect(slow.rooms).toEqual(other.rooms);
});

test("runs no timer without subscribers", () => {
	const clock = new ManualClock();
	let listeners = 0;
	const live = {
		getStatus: () => ({ activeRooms: [], rooms: [] }),
		onStatus: () => {
			listeners++;
			return () => void listeners--;
		},
	};
	const feed = new RoomsFeed({ live, clock, language: "en" });
	const leave = [new Recorder(), new Recorder()].map((reader) => feed.subscribe(reader));
	expect([clock.pendingTimers, listeners]).toEqual([1, 1]);
	for (const one of leave) one();
	expect([clock.pendingTimers, listeners]).toEqual([0, 0]);
});
