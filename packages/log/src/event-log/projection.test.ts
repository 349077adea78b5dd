import { type LiveEvent, toWire } from "@livekeeper/douyin";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Block, encodeBlock, joinBlocks } from "./block.ts";
import { columnsOf, columnsOfLine } from "./columns.ts";
import { encodeBatch, withSeq } from "./encoded-event.ts";
import { chat, gift, service, startMs, user } from "./events.helpers.ts";
import { People } from "./people.ts";
import { Projection } from "./projection.ts";

const base = {
	roomId: fc.constantFrom("broadcast-1", "broadcast-2", "broadcast-3", ""),
	user: fc.option(fc.nat(9).map(user), { nil: undefined }),
	at: fc.integer({ min: startMs, max: startMs + 9 * 3_600_000 }),
};
const anyEvent = fc.oneof(
	fc.record(base).map((of) => (n: number) => chat(n, of as object)),
	fc.record({ ...base, diamonds: fc.nat(9), giftId: fc.constantFrom("1", "2") }).map(({ diamonds, ...of }) => {
		return (n: number) => gift(n, diamonds, of as object);
	}),
	fc.record({ ...base, count: fc.nat(1_000), total: fc.nat(1_000_000) }).map((of) => {
		return (n: number) => ({ ...chat(n), ...of, type: "like" }) as unknown as LiveEvent;
	}),
	fc.record({ ...base, online: fc.nat(90_000) }).map((of) => {
		return (n: number) => ({ ...chat(n), ...of, type: "viewers", top: [] }) as unknown as LiveEvent;
	}),
	fc.record(base).map(({ roomId, at }) => {
		return (n: number) => service("gap", n, { from: at - 9, to: at, reason: "network" }, { roomId, at });
	}),
);
const anyEvents = fc
	.array(anyEvent, { minLength: 1, maxLength: 60 })
	.map((makes) => makes.map((make, index) => make(index + 1)));

/** Returns blocks of events numbered from 1. @param sizes of the blocks, in turn */
function blocksOf(events: readonly LiveEvent[], sizes: readonly number[]): Block[] {
	const encoded = encodeBatch({ liveId: "a", events }).events;
	const blocks: Block[] = [];
	for (let first = 0, n = 0; first < encoded.length; n++) {
		const size = sizes[n % sizes.length] ?? 1;
		const some = encoded.slice(first, first + size).map(({ type, at, json }, index) => {
			const seq = first + index + 1;
			return { seq, type, at, json: withSeq(seq, json) };
		});
		const place = { firstSeq: first + 1, lastSeq: first + some.length };
		const block = Block.open(encodeBlock({ events: some, storedAt: startMs + n }), place);
		if (block) blocks.push(block);
		first += size;
	}
	return blocks;
}

const span = { from: startMs, to: startMs + 10 * 3_600_000, step: 1 };
const answersOf = (projection: Projection) => ({
	broadcasts: projection.broadcasts(),
	series: projection.series(span),
	...Object.fromEntries(
		["broadcast-1", "broadcast-2", "broadcast-3"].map((roomId) => [
			roomId,
			[projection.gifts(roomId, 100), projection.newcomers(roomId)],
		]),
	),
});

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

test("derives the same columns from an event and its line", () => {
	fc.assert(
		fc.property(anyEvent, (make) => {
			const event = make(1);
			expect(columnsOfLine(JSON.stringify(toWire(event)))).toEqual(columnsOf(event));
		}),
	);
});

test("answers the same however events are blocked and stored", () => {
	fc.assert(
		fc.property(anyEvents, sizes, fc.nat(60), (events, given, cut) => {
			const [whole, parts] = [new Projection(0), blocksOf(events, given)];
			for (const block of blocksOf(events, [events.length])) whole.add(block);
			let projection = new Projection(0);
			for (const [index, block] of parts.entries()) {
				projection.add(block);
				if (index === cut) projection = Projection.from(JSON.parse(JSON.stringify(projection.stored())));
			}
			expect(answersOf(projection)).toEqual(answersOf(whole));
			const joined = new Projection(0);
			const place = { firstSeq: 1, lastSeq: events.length };
			const block = Block.open(joinBlocks(parts), place);
			if (block) joined.add(block, events.length >> 1);
			if (block) joined.add(block);
			expect(answersOf(joined)).toEqual(answersOf(whole));
		}),
	);
});

test("matches a naive sum over the events", () => {
	fc.assert(
		fc.property(anyEvents, sizes, (events, given) => {
			const projection = new Projection(0);
			for (const block of blocksOf(events, given)) projection.add(block);
			for (const roomId of ["broadcast-1", "broadcast-2", "broadcast-3"]) {
				const own = events.filter((event) => event.roomId === roomId);
				const [broadcast] = projection.broadcasts().filter((one) => one.roomId === roomId);
				expect(broadcast === undefined).toBe(own.length === 0);
				const sum = (of: (event: LiveEvent) => number) => own.reduce((all, event) => all + of(event), 0);
				const people = new Set(own.flatMap((event) => ("user" in event && event.user ? [event.user.secUid] : [])));
				expect(broadcast?.users ?? 0).toBe(people.size);
				expect(broadcast?.diamonds ?? 0).toBe(sum((event) => (event.type === "gift" ? event.diamonds : 0)));
				expect(broadcast?.likes ?? 0).toBe(sum((event) => (event.type === "like" ? event.count : 0)));
				expect(broadcast?.gapMs ?? 0).toBe(sum((event) => (event.type === "gap" ? event.to - event.from : 0)));
			}
			const points = projection.series(span).points;
			const messages = points.flatMap((point) => Object.values(point.messages)).reduce((all, count) => all + count, 0);
			expect(messages).toBe(events.filter(({ method }) => method !== "livekeeper").length);
		}),
	);
});

test("keeps people like a set of numbers", () => {
	fc.assert(
		fc.property(
			fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 2 ** 48 - 1 }))),
			(all) => {
				const people = new People();
				for (const person of all) people.add(person);
				const expected = new Set(all);
				const again = People.from(people.stored());
				for (const set of [people, again]) {
					expect(new Set(set)).toEqual(expected);
					expect(set.size).toBe(expected.size);
					for (let person = 1; person <= 40; person++) expect(set.has(person)).toBe(expected.has(person));
				}
			},
		),
	);
});
