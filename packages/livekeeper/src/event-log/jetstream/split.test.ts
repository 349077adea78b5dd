import { expect, test } from "vitest";
import { cursorAt } from "../conformance.helpers.ts";
import { encodeBatch } from "../encode.ts";
import { chat, chats } from "../events.helpers.ts";
import { split } from "./split.ts";

const charsOf = (batch: ReturnType<typeof encodeBatch>) => batch.events.reduce((sum, { json }) => sum + json.length, 0);

test("a batch that one message takes stays whole, an empty one with its cursor too", () => {
	const batch = encodeBatch({ liveId: "a", events: chats(1, 5), cursor: cursorAt(5) });
	expect(split(batch, charsOf(batch))).toEqual([batch]);
	const empty = encodeBatch({ liveId: "a", events: [], cursor: cursorAt(5) });
	expect(split(empty, 10)).toEqual([empty]);
});

test("a larger one is cut between events, and its cursor goes with the last part", () => {
	const batch = encodeBatch({ liveId: "a", events: chats(1, 9), cursor: cursorAt(9) });
	const parts = split(batch, charsOf(batch) / 3);
	expect(parts.length).toBeGreaterThan(2);
	expect(parts.flatMap(({ events }) => events)).toEqual(batch.events);
	for (const part of parts) expect(charsOf(part)).toBeLessThanOrEqual(charsOf(batch) / 3);
	expect(parts.map(({ cursor }) => cursor)).toEqual([...parts.slice(1).map(() => undefined), cursorAt(9)]);
});

test("an event that no message takes with its payload goes without, and one that is too large itself is refused", () => {
	const batch = encodeBatch({ liveId: "a", events: [chat(1, { raw: new Uint8Array(3_000) }), chat(2)] });
	expect(split(batch, 2_000).flatMap(({ events }) => events)).toMatchObject([{ raw: undefined }, {}]);
	const large = encodeBatch({ liveId: "a", events: [chat(1, { content: "长".repeat(3_000) })] });
	expect(() => split(large, 2_000)).toThrow(/more than a NATS message can hold/);
});
