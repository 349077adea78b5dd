import { setTimeout as pause } from "node:timers/promises";
import { type LiveEvent, toWire } from "@livekeeper/douyin";
import { Block, encodeBlock } from "../../packages/log/src/event-log/block.ts";
import { Projection } from "../../packages/log/src/event-log/projection.ts";
import { benchChat } from "./bench-events.ts";
import { obeyOrders } from "./child-process.ts";

/** The aggregates of live rooms, in a process of its own whose memory is used by nothing else. */
export interface AggregatesOrder {
	do: "fill";
	rooms: number;
	/** People of each room, all of whom were seen, in an evening's broadcast. */
	people: number;
}
export interface AggregatesAnswer {
	done: "fill";
	/** Memory that the aggregates take, bytes: on the heap and beside it, and resident. */
	heapBytes: number;
	rssBytes: number;
}

const perBlock = 250;
/** Length of the broadcasts. */
const lengthMs = 4 * 3_600_000;
/** One of so many people gives a gift. */
const giftEach = 20;
const giftKinds = 40;

async function obey({ rooms, people }: AggregatesOrder): Promise<AggregatesAnswer> {
	const blocks = blocksOf(people);
	// The code that the first one compiles belongs to no room.
	filled(blocks);
	const before = await used();
	const all = Array.from({ length: rooms }, () => filled(blocks));
	const after = await used();
	const users = all.reduce((sum, one) => sum + (one.broadcasts()[0]?.users ?? 0), 0);
	if (users !== rooms * people) throw new Error(`${users} people were counted.`);
	return { done: "fill", heapBytes: after.heap - before.heap, rssBytes: after.rss - before.rss };
}

function filled(blocks: readonly [Block, Buffer][]): Projection {
	const projection = new Projection(0);
	for (const [block, bytes] of blocks) projection.add(new Block(block, bytes));
	return projection;
}

async function used(): Promise<{ heap: number; rss: number }> {
	for (let turn = 0; turn < 3; turn++) {
		globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
		await pause(100);
	}
	const { heapUsed, external, rss } = process.memoryUsage();
	return { heap: heapUsed + external, rss };
}

function blocksOf(people: number): [Block, Buffer][] {
	const begin = Date.UTC(2026, 0, 1);
	const blocks: [Block, Buffer][] = [];
	for (let seq = 1; seq <= people; seq += perBlock) {
		const events = Array.from({ length: Math.min(perBlock, people - seq + 1) }, (_, index) => {
			const n = seq + index;
			const at = begin + Math.floor((lengthMs * n) / people);
			const { type, ...event } = eventOf(n, at);
			return {
				seq: n,
				type,
				at,
				json: `{"seq":${n},${JSON.stringify(toWire({ type, ...event } as LiveEvent)).slice(1)}`,
			};
		});
		const bytes = encodeBlock({ events, storedAt: begin + lengthMs });
		blocks.push([new Block({ firstSeq: seq, lastSeq: seq + events.length - 1 }, bytes), bytes]);
	}
	return blocks;
}

function eventOf(n: number, at: number): LiveEvent {
	const { content, user: known, ...chat } = benchChat("1001", at);
	const user = { ...known, id: `${n}`, secUid: `MS4wLjABAAAA-invented-${n}`, nickname: `person ${n}` };
	if (n % giftEach > 0) return { ...chat, user, content } as LiveEvent;
	const gift = { giftId: `${n % giftKinds}`, giftName: content, giftImage: "https://127.0.0.1/gift.png", giftType: 1 };
	const worth = { count: 1, delta: 1, streakId: `${n}`, final: true, diamondCount: 10, diamonds: 10 };
	return { ...chat, ...gift, ...worth, user, type: "gift", combo: false, groupCount: 1 } as unknown as LiveEvent;
}

obeyOrders(obey);
