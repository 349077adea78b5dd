import { type LiveEvent, type LiveUser, toWire } from "@livekeeper/douyin";
import type { BroadcastSummary, EventLog, ReadPage, StoredEvent } from "@livekeeper/log";

/** 2026-01-01T00:00:00Z */
export const startMs = 1_767_225_600_000;
export const liveId = "1001";

export const someone: LiveUser = {
	id: "7383838383838383838",
	secUid: "MS4wLjABAAAA-_x",
	displayId: "20260131",
	webcastUid: "MS4wLjABAAAA-_w",
	nickname: "小明",
	gender: "female",
	avatar: "",
	level: 12,
	fansClub: { name: "星光团", level: 3 },
	masked: false,
};

/** Returns an event of this room, `n` seconds after `startMs`. */
export function event<Type extends LiveEvent["type"]>(n: number, type: Type, fields: object = {}): LiveEvent {
	const base = { id: `75000000000000${n}`, liveId, roomId: "7400000000000000123", method: "WebcastChatMessage" };
	return {
		...base,
		at: startMs + n * 1000,
		receivedAt: startMs + n * 1000 + 5,
		type,
		...fields,
	} as unknown as LiveEvent;
}

export const chat = (n: number, content: string, user: LiveUser = someone) => event(n, "chat", { content, user });

export function stored(seq: number, event: LiveEvent): StoredEvent {
	return { seq, type: event.type, at: event.at, json: JSON.stringify({ seq, ...toWire(event) }) };
}

/** Returns stored events numbered from 1. */
export function eventsOf(...events: readonly LiveEvent[]): StoredEvent[] {
	return events.map((event, index) => stored(index + 1, event));
}

/** A log in memory that pages as the real one does. */
export class MemoryLog implements Pick<EventLog, "read" | "lastSeq" | "knows" | "broadcasts"> {
	events: StoredEvent[];
	oldestSeq = 1;
	reads = 0;
	/** Called before each read, with its number starting at 1. */
	onRead: (n: number) => void | Promise<void> = () => undefined;
	/** Maximum number of events a page looks at, whatever the caller's limit. */
	scan = Number.POSITIVE_INFINITY;

	constructor(events: readonly LiveEvent[]) {
		this.events = eventsOf(...events);
	}

	/** Summaries to return; it computes none itself. */
	summaries: Pick<BroadcastSummary, "roomId" | "firstSeq" | "lastSeq" | "startedAt">[] = [];

	readonly broadcasts: EventLog["broadcasts"] = async () => this.summaries as BroadcastSummary[];

	readonly lastSeq: EventLog["lastSeq"] = async (room) => (room === liveId ? (this.events.at(-1)?.seq ?? 0) : 0);

	readonly knows: EventLog["knows"] = async (room) => (await this.lastSeq(room)) > 0;

	readonly read: EventLog["read"] = async (room, { after = 0, limit = 500, types, from, to } = {}) => {
		await this.onRead(++this.reads);
		const lastSeq = await this.lastSeq(room);
		const looked = (lastSeq === 0 ? [] : this.events)
			.filter(({ seq }) => seq > after && seq >= this.oldestSeq)
			.slice(0, Math.min(limit, this.scan));
		const nextAfter = looked.at(-1)?.seq ?? Math.max(after, this.oldestSeq - 1);
		const page: ReadPage = {
			events: looked.filter(
				({ type, at }) =>
					(types?.includes(type) ?? true) &&
					at >= (from ?? Number.NEGATIVE_INFINITY) &&
					at < (to ?? Number.POSITIVE_INFINITY),
			),
			nextAfter,
			caughtUp: nextAfter >= lastSeq,
			oldestSeq: this.oldestSeq,
			lastSeq,
		};
		if (after >= this.oldestSeq - 1) return page;
		return { ...page, truncated: { from: after + 1, to: this.oldestSeq - 1, reason: "retention" } };
	};
}

/** Returns the whole content of a stream as text. */
export async function textOf(chunks: AsyncIterable<string | Uint8Array>): Promise<string> {
	const all: Uint8Array[] = [];
	for await (const chunk of chunks) all.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
	return Buffer.concat(all).toString();
}

export async function* pagesOf(...events: StoredEvent[]): AsyncGenerator<readonly StoredEvent[], void> {
	yield events;
}
