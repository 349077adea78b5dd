import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeBlock } from "../block.ts";
import { encodeBatch } from "../encoded-event.ts";
import { chats, startMs } from "../events.helpers.ts";
import { RecentIds } from "../recent-ids.ts";
import { numbered } from "../stored-batch.ts";
import { eventsOf, type Head, keysOf, type LogMessage } from "./message.ts";

const count = 7;
const given = [...chats(1, count - 1), { ...chats(count, count)[0], raw: Uint8Array.of(1, 2, 3) } as never];
const head: Head = {
	...{ kind: "batch", epoch: 1, view: 1, owner: "a", n: 1, next: 11 + count, count, at: startMs + 99 },
	...{ skew: 0, ahead: 0, own: false, ownBefore: 0 },
};
const { events } = numbered(encodeBatch({ liveId: "a", events: given }).events, new RecentIds(9), 10);
const body = encodeBlock({ events, storedAt: head.at });
const message = (bytes: Uint8Array): LogMessage => ({ sequence: 1, before: 0, head, cursor: undefined, body: bytes });

test("returns events unchanged, with payloads, ids and times", () => {
	expect(eventsOf("a", message(body))).toEqual(events);
	expect(events.at(-1)?.raw).toBe("AQID");
	expect(keysOf(message(body))).toEqual(chats(1, count).map(({ id, method, at }) => ({ id, method, at })));
});

test("replaces the events of a damaged message with gaps", () => {
	const flips = fc.record({ at: fc.nat(body.length - 1), mask: fc.integer({ min: 1, max: 255 }) });
	fc.assert(
		fc.property(flips, ({ at, mask }) => {
			const damaged = Uint8Array.from(body);
			damaged[at] = (damaged[at] ?? 0) ^ mask;
			const read = eventsOf("a", message(damaged));
			expect(read.map(({ seq }) => seq)).toEqual(events.map(({ seq }) => seq));
			for (const { seq, type, json } of read) {
				expect(type).toBe("gap");
				expect(JSON.parse(json)).toMatchObject({ seq, live_id: "a", reason: "corrupt", from: startMs + 99 });
			}
			expect(keysOf(message(damaged))).toEqual([]);
		}),
		{ numRuns: 100 },
	);
});
