import type { Draft } from "../traffic/scene.ts";
import type { MessageSource, SourceMessage } from "../traffic/source.ts";
import { parseCursor } from "./cursor.ts";
import { History } from "./history.ts";
import type { SentLog } from "./sent-log.ts";

/** What a session may see: anonymous ones get no gifts. Both read one history. */
export type View = "anonymous" | "logged_in";

/** The upstream gives this many messages to those who come without a cursor. */
const recentMessages = 15;

/** One broadcast of a room: its own room id, its own history. */
export class Broadcast {
	readonly liveId: string;
	readonly roomId: string;
	readonly startedAt: number;
	readonly #history: History;
	readonly #source: MessageSource;
	readonly #log: SentLog;
	/** Where this broadcast begins in the room's log. */
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
		this.#logStart = parts.log.length;
	}

	/** When it ended, ms since the epoch; `undefined` while it is on. */
	get endedAt(): number | undefined {
		return this.#endedAt;
	}

	/** A recording that has come to its end: the broadcast is on, but nobody says anything more. */
	get exhausted(): boolean {
		return this.#exhausted;
	}

	get head(): number {
		return this.#history.head;
	}

	get oldest(): number {
		return this.#history.oldest;
	}

	/** Lets up to `count` more messages happen. */
	produce(count: number, now: number): void {
		for (let i = 0; i < count && !this.#exhausted; i++) {
			const message = this.#source.next(now);
			if (message) this.#append(message);
			else this.#exhausted = true;
		}
	}

	/** Adds a message from outside; gives its id. */
	insert(draft: Draft, now: number): string {
		const message = this.#source.insert(draft, now);
		this.#append(message);
		return message.id.toString();
	}

	end(now: number, announce: boolean): void {
		if (announce) this.#append(this.#source.control(3, "直播已结束", now));
		this.#endedAt = now;
	}

	/** What a session of `view` is shown here. */
	shownTo(view: View): View {
		return this.#source.giftsForAll ? "logged_in" : view;
	}

	/** The messages in [from, to) that `view` may see. */
	messages(from: number, to: number, view: View): SourceMessage[] {
		const messages = this.#history.slice(from, to);
		return view === "logged_in" ? messages : messages.filter((message) => !message.gift);
	}

	/** Where the newest messages begin that `view` gets when it comes without a cursor. */
	recent(view: View): number {
		let position = this.head;
		for (let found = 0; position > this.oldest && found < recentMessages; position--) {
			found += this.messages(position - 1, position, view).length;
		}
		return position;
	}

	/** The position a cursor stands for; `undefined` when it is another broadcast's, made up, or too old. */
	resume(cursor: string): number | undefined {
		const parsed = parseCursor(cursor);
		if (parsed?.roomId !== this.roomId) return undefined;
		return parsed.position >= this.oldest && parsed.position <= this.head ? parsed.position : undefined;
	}

	/** Notes that the messages in [from, to) that `view` may see were written to a client, at `at`, ms. */
	markSent(from: number, to: number, view: View, at: number): void {
		const start = Math.max(from, this.oldest);
		for (const [i, message] of this.#history.slice(start, to).entries()) {
			if (view === "logged_in" || !message.gift) this.#log.markSent(this.#logStart + start + i, at);
		}
	}

	#append(message: SourceMessage): void {
		this.#history.append(message);
		this.#log.append(message.id, message.gift);
	}
}

export interface BroadcastParts {
	source: MessageSource;
	log: SentLog;
	/** How many messages are kept for those who resume. */
	historySize: number;
}
