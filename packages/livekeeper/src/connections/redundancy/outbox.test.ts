import type { SessionItem, UpstreamEvent } from "@livekeeper/douyin";
import { describe, expect, test } from "vitest";
import { Outbox } from "./outbox.ts";

function frame(events: number): SessionItem {
	const event = { type: "chat", id: "1", at: 0, content: "" } as UpstreamEvent;
	const some = Array.from({ length: events }, () => event);
	return { type: "frame", events: some, cursor: undefined, receivedAt: 0, problems: [] };
}

/** Whether it has resolved by now. */
async function isDone(promise: Promise<void>): Promise<boolean> {
	let done = false;
	void promise.then(() => {
		done = true;
	});
	await new Promise(setImmediate);
	return done;
}

describe("an outbox", () => {
	test("gives all that waits at once, in order", () => {
		const outbox = new Outbox();
		const items = [frame(1), frame(0), frame(2)];
		for (const item of items) outbox.push(item);
		expect(outbox.take()).toEqual(items);
		expect(outbox.take()).toEqual([]);
	});

	test("lets its reader wait until something comes", async () => {
		const outbox = new Outbox();
		const readable = outbox.readable();
		expect(await isDone(readable)).toBe(false);
		outbox.push(frame(0));
		expect(await isDone(readable)).toBe(true);
		expect(await isDone(outbox.readable())).toBe(true);
	});

	test("lets its writers wait behind 10,000 events until they are taken", async () => {
		const outbox = new Outbox();
		outbox.push(frame(10_000));
		expect(outbox.room).toBeUndefined();
		outbox.push(frame(1));
		const room = outbox.room ?? Promise.resolve();
		expect(await isDone(room)).toBe(false);
		outbox.take();
		expect(await isDone(room)).toBe(true);
		expect(outbox.room).toBeUndefined();
	});

	test("closed, it lets nobody wait, and what is in it may still be taken", async () => {
		const outbox = new Outbox();
		const reader = outbox.readable();
		outbox.close();
		expect(await isDone(reader)).toBe(true);
		expect(await isDone(outbox.readable())).toBe(true);

		const full = new Outbox();
		full.push(frame(10_001));
		const room = full.room ?? Promise.reject(new Error("it is not full"));
		full.close();
		expect(await isDone(room)).toBe(true);
		full.push(frame(10_001));
		expect(full.room).toBeUndefined();
		expect(full.take()).toHaveLength(2);
	});
});
