import fc from "fast-check";
import { expect, test } from "vitest";
import { Block, encodeBlock, idsOfLine, joinBlocks } from "./block.ts";
import { encodeBatch, withSeq } from "./encoded-event.ts";
import type { StoredEvent } from "./event-log.ts";
import { typeSet } from "./event-types.ts";
import { chat, gift, service, startMs } from "./events.helpers.ts";

const anyEvent = fc
	.record({
		n: fc.nat(1_000),
		id: fc.option(fc.oneof(fc.string({ unit: "binary" }), fc.string({ minLength: 100 })), { nil: undefined }),
		envelopeId: fc.option(fc.constantFrom("7", "18446744073709551615", "é", "5\\"), { nil: undefined }),
		kind: fc.constantFrom("chat", "gift", "gap"),
		content: fc.string({ unit: "binary", maxLength: 40 }),
		at: fc.oneof(fc.integer({ min: startMs - 5_000, max: startMs + 5_000 }), fc.constantFrom(0, 8.64e15, -8.64e15)),
		raw: fc.option(fc.uint8Array({ maxLength: 20 }), { nil: undefined }),
	})
	.map(({ n, id, envelopeId, kind, content, at, raw }) => {
		const ids = { ...(id !== undefined && { id }), ...(envelopeId !== undefined && { envelopeId }) };
		const more = { at, ...(raw && { raw }), ...ids };
		if (kind === "gift") return gift(n, n, more);
		if (kind === "gap") return service("gap", n, { from: 0, to: n, reason: "network" }, { at });
		return chat(n, { content, ...more });
	});
/** Batches that are stored together, each some ms after the one before. */
const anyCommits = fc.array(
	fc.record({ events: fc.array(anyEvent, { minLength: 1, maxLength: 12 }), later: fc.nat(100_000) }),
	{ minLength: 1, maxLength: 6 },
);

/** Numbers events from 7 on. */
function stored(
	commits: readonly { events: readonly ReturnType<typeof chat>[] | readonly unknown[]; later: number }[],
) {
	let seq = 6;
	let storedAt = startMs;
	return commits.map(({ events, later }) => {
		storedAt += later;
		const batch = encodeBatch({ liveId: "a", events: events as never });
		return {
			storedAt,
			events: batch.events.map(({ type, at, json, raw }): StoredEvent => {
				const numbered = ++seq;
				return { seq: numbered, type, at, json: withSeq(numbered, json), ...(raw !== undefined && { raw }) };
			}),
		};
	});
}

const placeOf = (events: readonly StoredEvent[]) => ({
	firstSeq: events[0]?.seq ?? 0,
	lastSeq: events.at(-1)?.seq ?? 0,
});

function opened(bytes: Uint8Array, events: readonly StoredEvent[]): Block {
	const block = Block.open(bytes, placeOf(events));
	if (!block) throw new Error("the block is damaged");
	return block;
}

test("reads back events from blocks, also after joining them twice", () => {
	fc.assert(
		fc.property(anyCommits, fc.nat(6), (given, cut) => {
			const commits = stored(given);
			const blocks = commits.map(({ events, storedAt }) => opened(encodeBlock({ events, storedAt }), events));
			const all = commits.flatMap(({ events }) => events);
			const storedAts = commits.flatMap(({ events, storedAt }) => events.map(() => storedAt));
			const first = blocks.slice(0, Math.max(1, cut));
			const part = commits.slice(0, first.length).flatMap(({ events }) => events);
			const joined = opened(joinBlocks(first), part);
			const whole = opened(joinBlocks([joined, ...blocks.slice(first.length)]), all);
			for (const read of [blocks, [joined, ...blocks.slice(first.length)], [whole]]) {
				expect(read.flatMap((block) => [...block.events(0, 1_000)])).toEqual(all);
				expect(read.flatMap(({ marks }) => marks.map(({ storedAt }) => storedAt))).toEqual(storedAts);
			}
			expect(whole.lines().equals(Buffer.concat(blocks.map((block) => block.lines())))).toBe(true);
			for (const [index, time] of storedAts.entries()) {
				expect(whole.firstStoredFrom(time)).toBe(7 + storedAts.findIndex((one) => one >= time));
				expect(whole.storedAt(7 + index)).toBe(time);
			}
			expect([...whole.events(9, 11, ({ type }) => type === "chat")]).toEqual(
				all.filter(({ seq, type }) => seq >= 9 && seq <= 11 && type === "chat"),
			);
			const keys = all.map(({ json, at }) => ({ ...idsOfLine(json), at }));
			expect([...whole.keys(whole.firstSeq, whole.lastSeq)]).toEqual(keys);
			expect(whole.types).toBe(typeSet(all.map(({ type }) => type)));
		}),
	);
});

test("rejects a block with a changed byte or another place", () => {
	const [commit] = stored([{ events: [chat(1), gift(2, 3), chat(3)], later: 5 }]);
	const { events = [], storedAt = 0 } = commit ?? {};
	const block = opened(encodeBlock({ events, storedAt }), events);
	for (const bytes of [encodeBlock({ events, storedAt }), joinBlocks([block])]) {
		const { firstSeq, lastSeq } = placeOf(events);
		expect(Block.open(bytes, { firstSeq, lastSeq })).toBeDefined();
		for (const by of [-1, 1]) {
			expect(Block.open(bytes, { firstSeq: firstSeq + by, lastSeq: lastSeq + by })).toBeUndefined();
			expect(Block.open(bytes, { firstSeq, lastSeq: lastSeq + by })).toBeUndefined();
		}
		for (let at = 0; at < bytes.length; at++) {
			const damaged = Buffer.from(bytes);
			damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
			expect(Block.open(damaged, { firstSeq, lastSeq })).toBeUndefined();
			expect(Block.open(bytes.subarray(0, at), { firstSeq, lastSeq })).toBeUndefined();
		}
	}
});
