import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, test } from "vitest";
import { brought, SilentConsumer } from "./brought.ts";

/** Delivers these messages, and then nothing, until it is stopped. */
function consumerOf(messages: readonly number[]) {
	let stopped: () => void = () => undefined;
	const isStopped = new Promise<void>((resolve) => {
		stopped = resolve;
	});
	return {
		async *[Symbol.asyncIterator]() {
			yield* messages;
			await isStopped;
		},
		isStopped,
		stop: stopped,
	};
}

test("ends a consumer that falls silent", async () => {
	const clock = new ManualClock();
	const taken: number[] = [];
	const reading = (async () => {
		for await (const message of brought(consumerOf([1, 2]), 20, clock)) taken.push(message);
	})();
	const ended = expect(reading).rejects.toThrow(SilentConsumer);
	await clock.advance(20);
	await ended;
	expect(taken).toEqual([1, 2]);
});

test("stops a consumer that is not read to its end", async () => {
	const consumer = consumerOf([1, 2, 3]);
	for await (const message of brought(consumer, 60_000)) if (message === 2) break;
	await consumer.isStopped;
});
