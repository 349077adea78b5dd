import { expect, test } from "vitest";
import { Block, cutBlock, DamagedLines, encodeBlock } from "./block.ts";
import { blockSearch } from "./block-search.ts";
import { encodeBatch, withSeq } from "./encoded-event.ts";
import { chat, startMs, user } from "./events.helpers.ts";
import { searchFilter } from "./search-filter.ts";

const secUid = (n: number) => `MS4wLjABAAAA-${n}`;
const place = { firstSeq: 1, lastSeq: 3 };

/** Returns a block of three people, opened by its head. @param lines returns the lines when they are read */
function headOf(lines: (stored: Buffer) => Buffer | undefined): Block {
	const events = [1, 2, 3].map((n) => chat(n, { user: { ...user(n), secUid: secUid(n) } }));
	const { events: encoded } = encodeBatch({ liveId: "a", events });
	const stored = encoded.map(({ json, ...event }, index) => ({
		...event,
		seq: index + 1,
		json: withSeq(index + 1, json),
	}));
	const parts = cutBlock(encodeBlock({ events: stored as never, storedAt: startMs }));
	const block = Block.openHead(parts.head, place, () => lines(parts.lines));
	if (!block) throw new Error("the head is damaged");
	return block;
}

const look = (block: Block, n: number) => [
	...blockSearch(searchFilter({ user: secUid(n) }))({ block, from: 1, to: 3 }),
];

test("reads no lines of blocks without the person", () => {
	let reads = 0;
	const block = headOf((lines) => {
		reads++;
		return lines;
	});
	expect(look(block, 4)).toEqual([]);
	expect(reads).toBe(0);
	expect(look(block, 2)).toMatchObject([{ seq: 2 }]);
	expect(reads).toBe(1);
});

test("refuses lines that are damaged or missing", () => {
	const damaged = headOf((lines) => Buffer.from(lines.toString("latin1").replace("a", "b"), "latin1"));
	expect(() => look(damaged, 2)).toThrow(DamagedLines);
	expect(() =>
		look(
			headOf(() => undefined),
			2,
		),
	).toThrow(DamagedLines);
});
