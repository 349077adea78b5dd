import { expect, test } from "vitest";
import { encodeBlock } from "../block.ts";
import { encodeBatch } from "../encode.ts";
import { chats, startMs } from "../events.helpers.ts";
import { numbered } from "../numbered.ts";
import { RecentIds } from "../recent-ids.ts";
import type { LogMessage } from "./message.ts";
import { RoomReader } from "./room-reader.ts";

const { events } = numbered(encodeBatch({ liveId: "a", events: chats(1, 5) }).events, new RecentIds(9), 0);
const body = encodeBlock({ events, storedAt: startMs });
const flipped = Uint8Array.from(body, (byte, at) => (at === body.length - 3 ? byte ^ 4 : byte));
const messageWith = (bytes: Uint8Array): LogMessage => ({
	...{ sequence: 1, before: 0, cursor: undefined, body: bytes },
	head: {
		...{ kind: "batch", epoch: 1, view: 1, owner: "o", n: 1, next: 6, count: 5, at: startMs },
		...{ skew: 0, own: false, ownBefore: 0 },
	},
});

/** Reads a room of one message; `answers` are those of the replicas, one after the other. */
async function read(answers: readonly Uint8Array[]) {
	const reports: [string, string, object][] = [];
	let asked = 0;
	const next = () => messageWith(answers[asked++ % answers.length] ?? body);
	const messages = {
		firstFrom: async () => messageWith(body),
		at: async () => next(),
		async *range() {
			yield next();
		},
	};
	const reader = new RoomReader(
		{ messages: () => messages, newest: async () => messageWith(body) },
		{
			onDamaged: (liveId, range) => void reports.push(["damaged", liveId, range]),
			onDamagedReplica: (liveId, range) => void reports.push(["replica", liveId, range]),
		},
	);
	const page = await reader.read("a", { after: 0 });
	return { types: page.events.map(({ type }) => type), seqs: page.events.map(({ seq }) => seq), reports, asked };
}

const range = { from: 1, to: 5 };

test("asks another replica for a message with a flipped bit", async () => {
	const chatsOnly = { types: Array(5).fill("chat"), seqs: [1, 2, 3, 4, 5] };
	expect(await read([body])).toMatchObject({ ...chatsOnly, reports: [], asked: 1 });
	const reports = [["replica", "a", range]];
	expect(await read([flipped, flipped, body])).toMatchObject({ ...chatsOnly, reports, asked: 3 });
});

test("marks a message as missing if all replicas are damaged", async () => {
	const { types, seqs, reports } = await read([flipped]);
	expect([types, seqs]).toEqual([Array(5).fill("gap"), [1, 2, 3, 4, 5]]);
	expect(reports).toEqual([["damaged", "a", range]]);
});
