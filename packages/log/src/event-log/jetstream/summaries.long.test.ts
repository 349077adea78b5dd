import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeBlock } from "../block.ts";
import { encodeBatch } from "../encoded-event.ts";
import { chat, gift } from "../events.helpers.ts";
import { RecentIds } from "../recent-ids.ts";
import { numbered } from "../stored-batch.ts";
import { claimAfter, headAfter } from "./claim.ts";
import type { LogMessage } from "./message.ts";
import { hasNats, type NatsServers, startNatsServers } from "./nats-servers.helpers.ts";
import type { Extent, RoomReader } from "./room-reader.ts";
import type { StateBucket } from "./state-bucket.ts";
import { openBucket } from "./stream-keeper.helpers.ts";
import { Summaries } from "./summaries.ts";

/** Returns a room's log of a number of people, in messages of a thousand events. */
function logOf(people: number): LogMessage[] {
	const claim = claimAfter(undefined, { owner: "a", view: 0 }, 0, 1);
	const log: LogMessage[] = [{ sequence: 1, before: 0, head: claim, cursor: undefined, body: new Uint8Array(0) }];
	for (let from = 0; from < people; from += 1_000) {
		const events = Array.from({ length: 1_000 }, (_, index) => {
			const user = { ...chat(1).user, secUid: `person-${from + index}` } as NonNullable<
				ReturnType<typeof chat>["user"]
			>;
			return index === 0 ? gift(from, 5, { user }) : chat(from + index, { user });
		});
		const last = log.at(-1);
		const head = { ...claim, ...headAfter(last, 2), kind: "batch" as const, n: log.length };
		const encoded = encodeBatch({ liveId: "a", events }).events;
		const body = encodeBlock({ ...numbered(encoded, new RecentIds(1), head.next - 1), storedAt: 2 });
		const sequence = log.length + 1;
		log.push({
			sequence,
			before: sequence - 1,
			head: { ...head, next: head.next + 1_000, count: 1_000 },
			cursor: undefined,
			body,
		});
	}
	return log;
}

/** Reads from a list, and counts the messages read. */
function readerOf(log: readonly LogMessage[]) {
	const given = { messages: 0 };
	const [first, newest] = [log[0], log.at(-1)];
	const reader = {
		lossOf: () => undefined,
		extent: async () => ({ first, newest, oldestSeq: 1, lastSeq: (newest?.head.next ?? 1) - 1 }) as Extent,
		async *counted(_: string, [from, end]: readonly [number, number]) {
			for (const message of log) {
				if (message.sequence < from || message.sequence > end) continue;
				given.messages++;
				yield message;
			}
		},
	};
	return { given, reader: reader as unknown as RoomReader };
}

describe.skipIf(!hasNats)("summaries of rooms' logs in NATS", () => {
	let nats: NatsServers;
	let nc: NatsConnection;
	beforeAll(async () => {
		nats = await startNatsServers(1);
		nc = await connect({ servers: [...nats.urls] });
	});
	afterAll(async () => {
		await nc.close();
		await nats.stop();
	});
	const fail = (error: unknown) => {
		throw error;
	};

	test("stores a large summary in parts that other nodes continue", async () => {
		const log = logOf(90_000);
		const bucket = await openBucket(nc, "summaries");
		const a = new Summaries(bucket, readerOf(log).reader, "a", fail);
		await a.settle("room", 90);
		const parts = () => bucket.list("part.>");
		const first = await parts();
		expect(first.length).toBeGreaterThan(1);
		const { given, reader } = readerOf([...log, ...logOf(91_000).slice(-1)]);
		const b = new Summaries(bucket, reader, "b", fail);
		const [broadcast] = (await b.current("room")).broadcasts();
		expect(broadcast).toMatchObject({ users: 91_000, lastSeq: 91_000, diamonds: 5 * 91 });
		expect(given.messages).toBe(1);
		expect(broadcast?.topGifters).toHaveLength(10);
		await b.settle("room", 92);
		const second = await parts();
		expect(second.map(({ key }) => key).filter((key) => first.some((one) => one.key === key))).toEqual([]);
		// Removed parts leave not even a marker, because each generation has other keys.
		expect((await bucket.keys("part.>")).toSorted()).toEqual(second.map(({ key }) => key).toSorted());
		expect((await new Summaries(bucket, reader, "c", fail).current("room")).gifts("broadcast-1", 3)).toMatchObject({
			diamonds: 5 * 91,
			byKind: [{ giftId: "1", count: 91 }],
		});
	});

	test("keeps a summary whole despite lost answers or failed clearing", async () => {
		const bucket = await openBucket(nc, "answers");
		let fails: "nothing" | "update" | "clear" = "nothing";
		const lossy = {
			get: (key: string) => bucket.get(key),
			put: (key: string, value: Uint8Array) => bucket.put(key, value),
			create: (key: string, value: Uint8Array) => bucket.create(key, value),
			update: async (key: string, value: Uint8Array, revision: number) => {
				const stored = await bucket.update(key, value, revision);
				if (fails === "update") throw new Error("no answer");
				return stored;
			},
			clear: async (filter: string) => {
				if (fails === "clear") throw new Error("no answer");
				return bucket.clear(filter);
			},
		} as unknown as StateBucket;
		const log = logOf(92_000);
		await new Summaries(lossy, readerOf(log.slice(0, 91)).reader, "a", fail).settle("room", 91);
		for (const [messages, what] of [
			[92, "update"],
			[93, "clear"],
		] as const) {
			fails = what;
			await expect(
				new Summaries(lossy, readerOf(log.slice(0, messages)).reader, what, fail).settle("room", messages),
			).rejects.toThrow("no answer");
			fails = "nothing";
			const { given, reader } = readerOf(log.slice(0, messages));
			const [broadcast] = (await new Summaries(bucket, reader, "c", fail).current("room")).broadcasts();
			expect([broadcast?.users, given.messages]).toEqual([(messages - 1) * 1_000, 0]);
		}
	});

	test("stores a written room's summary regularly, without being asked", async () => {
		const bucket = await openBucket(nc, "unasked");
		const { given, reader } = readerOf(logOf(3_000));
		const summaries = new Summaries(bucket, reader, "a", fail);
		summaries.wrote("room", 200_000);
		await summaries.close();
		expect(given.messages).toBe(0);
		summaries.wrote("room", 100_000);
		await summaries.close();
		expect(given.messages).toBe(4);
		expect(await bucket.list("room.>")).toHaveLength(1);
	});

	test("lets one of two concurrent stores win, and both continue", async () => {
		const log = logOf(2_000);
		const bucket = await openBucket(nc, "twice");
		const [a, b] = ["a", "b"].map((owner) => new Summaries(bucket, readerOf(log).reader, owner, fail));
		await Promise.all([a?.current("room"), b?.current("room")]);
		await Promise.all([a?.settle("room", 3), b?.settle("room", 3)]);
		expect(await bucket.list(">")).toHaveLength(1);
		for (const one of [a, b]) expect((await one?.current("room"))?.broadcasts()).toMatchObject([{ users: 2_000 }]);
	});
});
