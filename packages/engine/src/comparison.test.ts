import type { GiftEvent, UpstreamEvent } from "@livekeeper/douyin";
import { seeded } from "@livekeeper/douyin/testing";
import { expect, test } from "vitest";
import { Comparison } from "./comparison.ts";

const start = 1_700_000_000_000;

function chat(n: number): UpstreamEvent {
	const base = { liveId: "1", roomId: "r", method: "WebcastChatMessage", at: start, receivedAt: start };
	return { ...base, type: "chat", id: String(n + 1), content: "" } as UpstreamEvent;
}

/** One step of a streak of gifts that are worth 10 each. */
function gift(n: number, streak: string, count: number): UpstreamEvent {
	const base = { liveId: "1", roomId: "r", method: "WebcastGiftMessage", at: start, receivedAt: start };
	const event: Partial<GiftEvent> = { ...base, type: "gift", id: String(n + 1), streakId: streak, count };
	return { ...event, diamondCount: 10 } as UpstreamEvent;
}

/** A room whose connections each receive a share of its messages, one message every 100 ms. */
class Shown {
	readonly comparison = new Comparison();
	readonly #random = seeded(7);
	now = start;
	said = 0;
	/** Number of connections that received each message. */
	readonly brought: number[] = [];

	constructor(sources: number) {
		for (let source = 0; source < sources; source++) this.comparison.opened(source, this.now);
		this.now += 10_000;
	}

	say(messages: number, shares: readonly (number | undefined)[]): this {
		for (let i = 0; i < messages; i++) {
			this.now += 100;
			const message = chat(this.said++);
			let by = 0;
			for (const [source, share] of shares.entries()) {
				if (share === undefined || this.#random() >= share) continue;
				this.comparison.took(source, [message], this.now);
				by++;
			}
			this.brought.push(by);
		}
		return this;
	}

	/** Share of a connection once everything has been counted. */
	of(source: number) {
		return this.comparison.of(source, this.now + 60_000);
	}

	get all() {
		return this.comparison.all(this.now + 60_000);
	}
}

test("estimates each coverage from the messages in common", () => {
	const shown = new Shown(2).say(8_000, [0.6, 0.3]);
	const came = shown.brought.filter((by) => by > 0).length;
	const truth = came / shown.said;
	expect(Math.abs((shown.all?.messages.coverage ?? 0) - truth)).toBeLessThan(0.02);
	expect(Math.abs((shown.of(0)?.messages.coverage ?? 0) - 0.6)).toBeLessThan(0.02);
	expect(Math.abs((shown.of(1)?.messages.coverage ?? 0) - 0.3)).toBeLessThan(0.02);
	expect(shown.all?.messages.total).toBe(came);
});

test("counts what only one of three brought as gain", () => {
	const shown = new Shown(3).say(2_000, [0.9, 0.8, 0]).say(40, [0, 0, 1]);
	const { messages } = shown.of(2) ?? { messages: undefined };
	expect(messages).toMatchObject({ brought: 40, only: 40 });
	expect(messages?.gain).toBeCloseTo(40 / (shown.all?.messages.total ?? 1), 10);
	expect((shown.of(0)?.messages.only ?? 0) + (shown.of(1)?.messages.only ?? 0) + 40).toBe(
		shown.brought.filter((by) => by === 1).length,
	);
});

test("credits messages around a disconnect only to the others", () => {
	const shown = new Shown(2).say(1_000, [1, 1]);
	// It falls silent, and is found to be lost half a minute later.
	shown.say(300, [1, undefined]).comparison.closed(1, shown.now);
	shown.say(600, [1, undefined]).comparison.opened(1, shown.now);
	shown.say(19, [1, undefined]).say(1_000, [1, 1]);
	expect(shown.of(1)?.messages.coverage).toBe(1);
	expect(shown.of(0)?.messages.only).toBe(919);
});

test("counts a streak once, by its largest step", () => {
	const { comparison, now } = new Shown(2);
	comparison.took(0, [gift(1, "r:a::1:5", 1), gift(2, "r:a::1:5", 3)], now);
	comparison.took(1, [gift(2, "r:a::1:5", 3), gift(3, "r:a::1:5", 5)], now + 100);
	comparison.took(0, [gift(4, "r:b::1:6", 2)], now + 200);
	const later = now + 120_000;
	expect(comparison.all(later)).toMatchObject({ gifts: 2, diamonds: { total: 70 } });
	expect(comparison.of(0, later)?.diamonds).toMatchObject({ brought: 50, only: 20, gain: 2 / 7, coverage: 3 / 5 });
	expect(comparison.of(1, later)?.diamonds).toMatchObject({ brought: 50, only: 20, missedInARow: 1 });
});

test("counts only settled messages, without coverage from few", () => {
	const shown = new Shown(2);
	expect([shown.all, shown.of(0)]).toEqual([undefined, undefined]);
	shown.say(40, [1, 1]);
	expect(shown.comparison.all(shown.now)).toMatchObject({ messages: { total: 0 } });
	expect(shown.all).toMatchObject({ messages: { total: 40, coverage: undefined } });
	expect(shown.of(0)?.messages).toMatchObject({ gain: 0, coverage: undefined });
	expect(shown.of(0)?.stoodMs).toBe(64_000 - 100);
});

test("counts the oldest waiting messages early past the limit", () => {
	const { comparison, now } = new Shown(2);
	const events = Array.from({ length: 10_000 }, (_, n) => chat(n));
	comparison.took(0, events, now);
	expect(comparison.all(now)?.messages.total).toBe(10_000 - 4_096);
});

test("ignores messages without an id", () => {
	const { comparison, now } = new Shown(2);
	comparison.took(0, [{ ...chat(0), id: "0" }], now);
	expect(comparison.all(now + 60_000)?.messages.total).toBe(0);
});

test("recognises a message by any common id", () => {
	const comparison = new Comparison();
	for (const source of [0, 1]) comparison.opened(source, start);
	const now = start + 10_000;
	for (let n = 0; n < 100; n++) {
		const said = { ...chat(n), envelopeId: String(1_000 + n) };
		comparison.took(0, [said], now);
		comparison.took(
			1,
			[n % 2 === 0 ? { ...said, id: String(5_000 + n) } : { ...said, envelopeId: String(5_000 + n) }],
			now,
		);
	}
	expect(comparison.all(now + 60_000)?.messages.total).toBe(100);
	expect(comparison.of(1, now + 60_000)?.messages).toMatchObject({ brought: 100, only: 0, coverage: 1 });
});
