import type { GiftTotals } from "../traffic/gift-totals.ts";
import type { Draft } from "../traffic/scene.ts";
import type { MessageSource, SourceMessage } from "../traffic/source.ts";
import { History } from "./history.ts";
import { filtered, type MessageFilter } from "./message-filter.ts";
import type { GiftWorth, GiftWorthOptions, SentLog, SentTo } from "./sent-log.ts";

/** Number of messages that the upstream sends to clients without a cursor. */
const recentMessages = 15;

/** One broadcast of a room: its own room id, its own history. */
export class Broadcast {
	readonly liveId: string;
	readonly roomId: string;
	readonly startedAt: number;
	readonly #history: History;
	readonly #source: MessageSource;
	readonly #log: SentLog;
	readonly #said: BroadcastParts["said"];
	/** Position in the room's log at which this broadcast begins. */
	readonly #logStart: number;
	#endedAt: number | undefined;
	#exhausted = false;

	constructor(identity: { liveId: string; roomId: string; startedAt: number }, parts: BroadcastParts) {
		this.liveId = identity.liveId;
		this.roomId = identity.roomId;
		this.startedAt = identity.startedAt;
		this.#history = new History(parts.historySize);
		this.#source = parts.source;
		this.#log = parts.log;
		this.#said = parts.said;
		this.#logStart = parts.log.length;
	}

	/** End time, ms since the epoch; `undefined` while it is on. */
	get endedAt(): number | undefined {
		return this.#endedAt;
	}

	/** Whether a recording has come to its end: the broadcast is on, but has no more messages. */
	get exhausted(): boolean {
		return this.#exhausted;
	}

	get head(): number {
		return this.#history.head;
	}

	get oldest(): number {
		return this.#history.oldest;
	}

	/** Produces up to `count` more messages. */
	produce(count: number, now: number): void {
		for (let i = 0; i < count && !this.#exhausted; i++) {
			const message = this.#source.next(now);
			if (message) this.#append(message, now);
			else this.#exhausted = true;
		}
	}

	/** Adds a message from outside; returns its id. */
	insert(draft: Draft, now: number): string {
		const message = this.#source.insert(draft, now);
		this.#append(message, now);
		return message.id.toString();
	}

	end(now: number, announce: boolean): void {
		if (announce) this.#append(this.#source.control(3, "直播已结束", now), now);
		this.#endedAt = now;
	}

	/** Whether sessions without a login receive its gifts, too. */
	get giftsForAll(): boolean {
		return this.#source.giftsForAll;
	}

	/** Everything it was given so far, to any receiver. */
	get totals(): GiftTotals {
		return this.#source.totals;
	}

	/** Returns the messages in [from, to) that a filter selects. */
	messages(from: number, to: number, filter: MessageFilter): SourceMessage[] {
		return filtered(this.#history.slice(from, to), filter);
	}

	/** Returns the position of the newest messages for a client without a cursor. */
	recent(filter: MessageFilter): number {
		let position = this.head;
		for (let found = 0; position > this.oldest && found < recentMessages; position--) {
			found += this.messages(position - 1, position, filter).length;
		}
		return position;
	}

	/** Returns the position of a cursor; `undefined` if it is another broadcast's, invented, or too old. */
	resume(cursor: string): number | undefined {
		const parsed = parseCursor(cursor);
		if (parsed?.roomId !== this.roomId) return undefined;
		return parsed.position >= this.oldest && parsed.position <= this.head ? parsed.position : undefined;
	}

	/** Records that the messages in [from, to) that a filter selects were written to a client of `identity`. */
	markSent(from: number, to: number, filter: MessageFilter, sent: { at: number; identity: string }): void {
		const start = Math.max(from, this.oldest);
		const all = this.#history.slice(start, to);
		const shown = filtered(all, filter);
		for (let i = 0, k = 0; i < all.length; i++) {
			const index = this.#logStart + start + i;
			if (all[i] !== shown[k]) {
				this.#log.markWithheld(index, sent.identity);
				continue;
			}
			this.#log.markSent(index, sent);
			k++;
		}
	}

	/** Returns the amounts written to clients of each identity. */
	sentTo(): SentTo[] {
		return this.#log.sentTo(this.#logStart, this.#logStart + this.head);
	}

	/** Returns the worth of its gifts to an identity. */
	giftWorth(identity: string, options: GiftWorthOptions): GiftWorth {
		return this.#log.giftWorth(this.#logStart, this.#logStart + this.head, identity, options);
	}

	#append(message: SourceMessage, now: number): void {
		this.#history.append(message);
		this.#log.append(message, now);
		if (message.value) this.totals.add(message.value);
		this.#said(this, message);
	}
}

export interface BroadcastParts {
	source: MessageSource;
	log: SentLog;
	/** Called with each message. */
	said: (broadcast: Broadcast, message: SourceMessage) => void;
	/** Number of messages that are kept for resuming clients. */
	historySize: number;
}

const cursorPattern = /^t-\d+_r-(\d{19})_d-(\d{1,15})_u-1$/;

/**
 * Formats the position of a client: the broadcast, by its room id, and the position of the next message. It looks like
 * the upstream's, and clients must not parse it.
 */
export function formatCursor(roomId: string, position: number, nowMs: number): string {
	return `t-${nowMs}_r-${roomId}_d-${position}_u-1`;
}

/** Parses a cursor; `undefined` for anything else, such as the cursor that clients invent without `im/fetch`. */
function parseCursor(cursor: string): { roomId: string; position: number } | undefined {
	const [, roomId, position] = cursorPattern.exec(cursor) ?? [];
	if (roomId === undefined || position === undefined) return undefined;
	return { roomId, position: Number(position) };
}

/** Formats the `internal_ext` that accompanies the cursor, in the upstream's style. */
export function formatInternalExt(roomId: string, position: number, nowMs: number): string {
	const times = `first_req_ms:${nowMs}|fetch_time:${nowMs}|seq:${position}|wss_info:0-${nowMs}-0-0`;
	return `internal_src:pushserver|wss_push_room_id:${roomId}|${times}|wss_msg_type:r|wrds_v:${roomId}`;
}
