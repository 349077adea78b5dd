import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeBatch } from "../encode.ts";
import { chats, startMs } from "../events.helpers.ts";
import { encodeBody, eventsOf, type Head, keysOf, type LogMessage } from "./message.ts";

const count = 7;
const events = [...chats(1, count - 1), { ...chats(count, count)[0], raw: Uint8Array.of(1, 2, 3) } as never];
const head: Head = {
	...{ kind: "batch", epoch: 1, view: 1, owner: "a", n: 1, next: 11 + count, count, at: startMs + 99 },
	...{ skew: 0, own: false, ownBefore: 0 },
};
const body = encodeBody(encodeBatch({ liveId: "a", events }).events, 11);
const message = (bytes: Uint8Array): LogMessage => ({ sequence: 1, before: 0, head, cursor: undefined, body: bytes });
const whole = eventsOf("a", message(body));

test("events come back as they went in, with their payloads, and their ids and times without the rest", () => {
	expect(whole.map(({ seq, type, at }) => [seq, type, at])).toEqual(
		chats(1, count).map(({ type, at }, index) => [11 + index, type, at]),
	);
	expect(whole.at(-1)?.raw).toBe("AQID");
	expect(keysOf(message(body))).toEqual(chats(1, count).map(({ id, at }) => [id, at]));
});

test("whichever byte is damaged: what is not of it comes in order, and each event that is has one gap, which is told", () => {
	const firstLine = Buffer.from(body).indexOf("\n");
	const flips = fc.record({ at: fc.nat(body.length - 1), mask: fc.integer({ min: 1, max: 255 }) });
	fc.assert(
		fc.property(flips, ({ at, mask }) => {
			const damaged = Uint8Array.from(body);
			damaged[at] = (damaged[at] ?? 0) ^ mask;
			const told: number[] = [];
			const read = eventsOf("a", message(damaged), (seq) => told.push(seq));
			expect(read.map(({ seq }) => seq)).toEqual(whole.map(({ seq }) => seq));
			const others = read.filter(({ seq }) => !told.includes(seq));
			expect(others).toEqual(whole.filter(({ seq }) => !told.includes(seq)));
			for (const { seq, type, json } of read.filter(({ seq }) => told.includes(seq))) {
				expect(type).toBe("gap");
				expect(JSON.parse(json)).toMatchObject({ seq, live_id: "a", reason: "corrupt", from: startMs + 99 });
			}
			// In the list of all nothing is known of any; of a text that is damaged the others are.
			expect(told.length).toBeLessThanOrEqual(at <= firstLine ? count : 1);
			if (at <= firstLine) expect(keysOf(message(damaged))).toEqual([]);
			else expect(keysOf(message(damaged))).toHaveLength(count);
		}),
		{ numRuns: 300 },
	);
});
