import { describe, expect, test } from "vitest";
import { encodeBlock } from "../block.ts";
import { encodeBatch } from "../encoded-event.ts";
import { chats, startMs } from "../events.helpers.ts";
import { RecentIds } from "../recent-ids.ts";
import { searchFilter } from "../search-filter.ts";
import { numbered } from "../stored-batch.ts";
import { beginning } from "./claim.ts";
import type { LogMessage } from "./message.ts";
import { PastMessages } from "./past-messages.ts";
import { wholeMessages } from "./room-messages.ts";
import { RoomReader } from "./room-reader.ts";
import { countedBlock } from "./summaries.ts";

const { events } = numbered(encodeBatch({ liveId: "a", events: chats(1, 5) }).events, new RecentIds(9), 0);
const body = encodeBlock({ events, storedAt: startMs });
const flipped = Uint8Array.from(body, (byte, at) => (at === body.length - 3 ? byte ^ 4 : byte));
const messageWith = (bytes: Uint8Array): LogMessage => ({
	...{ sequence: 1, before: 0, cursor: undefined, body: bytes },
	head: {
		...{ kind: "batch", epoch: 1, view: 1, owner: "o", n: 1, next: 6, count: 5, at: startMs },
		...{ skew: 0, ahead: 0, own: false, ownBefore: 0 },
	},
});

const unanswered = new Error("no answer");

/** A room of one message; `answers` are those of the replicas, one after the other. */
function roomOf(answers: readonly (Uint8Array | Error)[]) {
	const reports: [string, string, object][] = [];
	let asked = 0;
	const next = () => {
		const answer = answers[asked++ % answers.length] ?? body;
		if (answer instanceof Error) throw answer;
		return messageWith(answer);
	};
	const replicas = {
		firstFrom: async () => messageWith(body),
		at: async () => next(),
		async *range() {
			yield next();
		},
	};
	const messages = wholeMessages("a", replicas, replicas.at, {
		onDamaged: (liveId, events) => void reports.push(["damaged", liveId, events]),
		onDamagedReplica: (liveId, events) => void reports.push(["replica", liveId, events]),
	});
	const streams = { messages: () => messages, newest: async () => messageWith(body) };
	return { streams, reader: new RoomReader(streams), reports, asked: () => asked };
}

const range = { from: 1, to: 5 };
const seqs = [1, 2, 3, 4, 5];

/** Every way to read the events of a room, with the types of events that it returns by `seq`. */
const reads: [string, (room: ReturnType<typeof roomOf>) => Promise<(string | undefined)[]>][] = [
	[
		"a page",
		async ({ reader }) => {
			const { events: page } = await reader.read("a", { after: 0 });
			return seqs.map((seq) => page.find((event) => event.seq === seq)?.type);
		},
	],
	[
		"a search",
		async ({ streams, reader }) => {
			const past = new PastMessages(streams, reader);
			const filter = searchFilter({});
			const [looked] = await past.lookBack([{ liveId: "a", first: 1, last: 5 }], filter, new AbortController().signal);
			return seqs.map((seq) => looked?.found.find((event) => event.seq === seq)?.type);
		},
	],
	[
		"what aggregates and copies count",
		async ({ reader }) => {
			const types: string[] = [];
			for await (const message of reader.counted("a", [1, 1], beginning)) {
				types.push(...countedBlock("a", message).marks.map(({ type }) => type));
			}
			return types;
		},
	],
];

describe.each(reads)("%s", (name, typesIn) => {
	test("asks another replica for a message with a flipped bit", async () => {
		const whole = roomOf([body]);
		expect(await typesIn(whole)).toEqual(Array(5).fill("chat"));
		expect([whole.reports, whole.asked()]).toEqual([[], 1]);
		const hurt = roomOf([flipped, flipped, body]);
		expect(await typesIn(hurt)).toEqual(Array(5).fill("chat"));
		expect([hurt.reports, hurt.asked()]).toEqual([[["replica", "a", range]], 3]);
	});

	test("asks the others while a replica does not answer", async () => {
		const hurt = roomOf([flipped, unanswered, flipped, unanswered, body]);
		expect(await typesIn(hurt)).toEqual(Array(5).fill("chat"));
		expect(hurt.reports).toEqual([["replica", "a", range]]);
	});

	test("reports no damage while a replica does not answer", async () => {
		const hurt = roomOf([flipped, unanswered]);
		await expect(typesIn(hurt)).rejects.toBe(unanswered);
		expect(hurt.reports).toEqual([]);
	});

	test("reports a message that all replicas have damaged", async () => {
		const lost = roomOf([flipped]);
		expect(await typesIn(lost)).toEqual(Array(5).fill(name === "a search" ? undefined : "gap"));
		expect(lost.reports).toEqual([["damaged", "a", range]]);
	});
});

test("reports events deleted during the read with those before", async () => {
	const messageOf = (sequence: number, next: number, count: number): LogMessage => ({
		...messageWith(new Uint8Array(0)),
		...{ sequence, head: { ...messageWith(body).head, next, count } },
	});
	// Retention has deleted the first message by the time that its successors are read.
	const [first, second, newest] = [messageOf(10, 11, 2), messageOf(20, 21, 2), messageOf(30, 31, 2)];
	const messages = {
		firstFrom: async (sequence: number) => (sequence <= 10 ? first : sequence <= 20 ? second : newest),
		at: async (sequence: number) => [first, second, newest].find((message) => message.sequence === sequence),
		async *range() {
			yield* [second, newest];
		},
	};
	const reader = new RoomReader({ messages: () => messages, newest: async () => newest });
	const { truncated, events: page } = await reader.read("a", { after: 3 });
	expect(truncated).toEqual({ from: 4, to: 18, reason: "retention" });
	expect(page[0]?.seq).toBe(19);
});
