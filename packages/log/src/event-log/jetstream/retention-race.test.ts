import { systemClock } from "@livekeeper/douyin";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EventBatch, ReadQuery } from "../event-log.ts";
import { chat, chats } from "../events.helpers.ts";
import { quietLogger } from "../sqlite/stores.helpers.ts";
import { connectNats } from "./connect.ts";
import { hasNats, type NatsServers, startNatsServers } from "./nats-servers.helpers.ts";
import { openJetStreamEventLog } from "./open.ts";
import { RoomReader } from "./room-reader.ts";
import { Summaries } from "./summaries.ts";

const batches = 12;
const perBatch = 3;
const last = batches * perBatch;
let prefixes = 0;

type UpstreamOrGap = EventBatch["events"][number];

describe.skipIf(!hasNats)("reads during retention", () => {
	let nats: NatsServers;
	beforeAll(async () => {
		nats = await startNatsServers(1);
	});
	afterAll(() => nats.stop());

	/** Opens a room, and a reader that is interrupted at one of its requests to NATS. */
	async function openRoom() {
		const options = {
			...{ servers: nats.urls, node: "a", clock: systemClock, logger: quietLogger, secret: "a test" },
			...{ replicas: 1 as const, partitions: 1, prefix: `race${++prefixes}`, keepsRetention: () => false },
		};
		const connected = await connectNats(options);
		const log = await openJetStreamEventLog(options, connected);
		const { streams } = connected;
		let left = Number.POSITIVE_INFINITY;
		let interrupt = async () => undefined as unknown;
		const asked = async () => {
			if (--left === 0) await interrupt();
		};
		const racing: ConstructorParameters<typeof RoomReader>[0] = {
			newest: (liveId) => asked().then(() => streams.newest(liveId)),
			messages: (liveId, signal) => {
				const messages = streams.messages(liveId, signal);
				return {
					firstFrom: (sequence) => asked().then(() => messages.firstFrom(sequence)),
					at: (sequence) => asked().then(() => messages.at(sequence)),
					range: async function* (from, end) {
						await asked();
						yield* messages.range(from, end);
					},
				};
			},
		};
		return {
			...{ connected, log, reader: new RoomReader(racing) },
			/** Appends batches of three events each; every fourth has a gap in its middle. */
			append: async (first: number, end: number) => {
				for (let batch = first; batch < end; batch++) {
					const events: UpstreamOrGap[] = chats(batch * perBatch + 1, batch * perBatch + perBatch);
					if (batch % 4 === 1)
						events[1] = { ...chat(0), id: `gap${batch}`, type: "gap", from: 0, to: 0, reason: "lost" };
					log.append({ liveId: "room", events });
					await log.flush();
				}
			},
			deleteHalf: async () => {
				const newest = await streams.newest("room");
				await streams.deleteBefore(0, (newest?.sequence ?? 0) - batches / 2 + 1);
			},
			interruptAt: (question: number, work: () => Promise<unknown>) => {
				left = question;
				interrupt = work;
			},
		};
	}

	/** Reads page by page, and returns all events, and all numbers reported as gone. */
	async function readFrom(reader: RoomReader, after: number, query: ReadQuery) {
		const given: number[] = [];
		const gone: number[] = [];
		for (let at = after; ; ) {
			const page = await reader.read("room", { ...query, after: at });
			const { from = 1, to = 0 } = page.truncated ?? {};
			for (let seq = from; seq <= to; seq++) gone.push(seq);
			given.push(...page.events.map(({ seq }) => seq));
			at = page.nextAfter;
			if (page.caughtUp) return { given, gone };
		}
	}

	const everything = Array.from({ length: last }, (_, index) => index + 1);

	test("returns each event or reports that it is gone", async () => {
		const arbitrary = fc.record({
			deleteAt: fc.integer({ min: 1, max: 20 }),
			after: fc.integer({ min: 0, max: last - 1 }),
			limit: fc.integer({ min: 1, max: last }),
			onlyGaps: fc.boolean(),
		});
		await fc.assert(
			fc.asyncProperty(arbitrary, async ({ deleteAt, after, limit, onlyGaps }) => {
				const { log, reader, append, deleteHalf, interruptAt } = await openRoom();
				await append(0, batches);
				interruptAt(deleteAt, deleteHalf);
				try {
					const { given, gone } = await readFrom(reader, after, onlyGaps ? { limit, types: ["gap"] } : { limit });
					const expected = everything.filter(
						(seq) => seq > after && (!onlyGaps || seq % (4 * perBatch) === perBatch + 2),
					);
					const missing = expected.filter((seq) => !given.includes(seq) && !gone.includes(seq));
					expect(missing).toEqual([]);
					expect(given).toEqual([...new Set(given)].toSorted((a, b) => a - b));
				} finally {
					await log.close();
				}
			}),
			{ numRuns: 40 },
		);
	});

	test.each([1, 2, 3, 4])("counts events that are deleted at request %i", async (question) => {
		const { connected, log, reader, append, deleteHalf, interruptAt } = await openRoom();
		const fail = (error: unknown) => {
			throw error;
		};
		await append(0, 2);
		const summaries = new Summaries(connected.summaries, reader, "reader", fail);
		await summaries.current("room");
		await append(2, batches);
		const keeper = new Summaries(connected.summaries, new RoomReader(connected.streams), "keeper", fail);
		interruptAt(question, async () => {
			await keeper.settle("room", (await connected.streams.newest("room"))?.sequence ?? 0);
			await deleteHalf();
		});
		const minutes = async (from: Summaries) =>
			(await from.current("room")).series({ from: 0, to: Date.now(), step: 1 });
		expect(await minutes(summaries)).toEqual(await minutes(keeper));
		expect((await summaries.current("room")).seq).toBe(last);
		await log.close();
	});
});
