import type { Clock, Cursor } from "@livekeeper/douyin";
import { Turns } from "../../turns.ts";
import { encodeBlock } from "../block.ts";
import type { EncodedBatch } from "../encoded-event.ts";
import { numbered } from "../numbered.ts";
import { RecentIds } from "../recent-ids.ts";
import { isOfService } from "../service-events.ts";
import type { StoredBatch } from "../stored-batch.ts";
import {
	beginning,
	type Claimant,
	claimAfter,
	counts,
	headAfter,
	holdsNothing,
	judge,
	mayClaim,
	type Placed,
	positionAfter,
} from "./claim.ts";
import { type Head, keysOf, type LogMessage } from "./message.ts";
import { countedAfter } from "./room-messages.ts";
import { Fenced, type Outgoing, type RoomSubject, WrongSequence } from "./room-subject.ts";
import { isBefore, type Loss } from "./stream-memory.ts";

export interface RoomWriterOptions {
	liveId: string;
	subject: RoomSubject;
	claimant: () => Claimant;
	clock: Clock;
	/** A message takes about this many characters of events. */
	maxChars: number;
	/** How many of the newest events are recognised when they come again. */
	knownEvents: number;
	/** Called before the room's first event is stored. */
	onFirst: () => Promise<void>;
	/** The first `seq` of a log that is moved here from elsewhere; default 1. */
	firstSeq?: number | undefined;
	/** Looks up what the room's stream has lost; throws while that is not known. Default: nothing. */
	loss?: (() => Promise<Loss | undefined>) | undefined;
}

/** What the owner knows of its room. */
interface Owned {
	last: Placed;
	cursor: Cursor | undefined;
	ids: RecentIds;
}

/** A message on its way, and what it means when it is stored. */
interface Draft {
	message: Outgoing;
	results: StoredBatch[];
}

const noBody = new Uint8Array(0);

/** A room that was not claimed yet since its stream was lost goes on above all numbers that it may have given. */
function numberAbove(head: Head, loss: Loss | undefined): void {
	if (!isBefore(head, loss)) return;
	head.next = loss.base + 1;
	head.floor = loss.base;
}

/** Number of times a claim starts over when another claim came between. */
const claimAttempts = 8;

/**
 * Appends to one room's log as its owner, one message at a time. The first append claims the room. A message whose
 * answer was lost is sent again as it was before anything else is, so it is stored once.
 */
export class RoomWriter {
	readonly #options: RoomWriterOptions;
	#owned: Owned | undefined;
	/** To be sent, or sent with no answer yet: its events are known as the room's already. */
	#doubt: Draft | undefined;
	readonly #turns = new Turns();

	constructor(options: RoomWriterOptions) {
		this.#options = options;
	}

	/** The newest message, while this node owns the room. */
	get last(): Placed | undefined {
		return this.#owned?.last;
	}

	/** The position behind the last stored event, while this node owns the room. */
	get cursor(): Cursor | undefined {
		return this.#owned?.cursor;
	}

	/** What it knows of the room is gone with the room's stream: the next append claims it again. */
	async lose(): Promise<void> {
		await this.#turns.take(async () => {
			this.#owned = undefined;
			this.#doubt = undefined;
		});
	}

	/**
	 * Stores batches, in messages one after the other; the first of them alone where it can't go on.
	 * @throws Fenced when the room belongs to another node; anything else: it has to be tried again
	 */
	commit(batches: readonly EncodedBatch[]): Promise<StoredBatch[]> {
		return this.#turns.take(() => this.#commit(batches));
	}

	/** Makes this node the room's owner, where it is not. @throws as `commit` */
	async claim(): Promise<void> {
		await this.#turns.take(async () => this.#owned ?? this.#claim());
	}

	async #commit(batches: readonly EncodedBatch[]): Promise<StoredBatch[]> {
		const owned = this.#owned ?? (await this.#claim());
		const results: StoredBatch[] = [];
		while (results.length < batches.length) {
			try {
				results.push(...(await this.#commitMessage(owned, batches.slice(results.length))));
			} catch (error) {
				// What could not be stored comes again, and so does its error.
				if (results.length === 0 || error instanceof Fenced) throw error;
				break;
			}
		}
		return results;
	}

	/** Stores the first of the batches, as many as one message takes. */
	async #commitMessage(owned: Owned, batches: readonly EncodedBatch[]): Promise<StoredBatch[]> {
		this.#doubt ??= this.#draft(owned, batches);
		const draft = this.#doubt;
		const { head, cursor } = draft.message;
		if (head.count > 0 && holdsNothing(owned.last.head)) await this.#options.onFirst();
		if (head.count > 0 || cursor !== owned.cursor) await this.#store(owned, draft);
		this.#doubt = undefined;
		return draft.results;
	}

	async #claim(): Promise<Owned> {
		const { subject, claimant, clock, firstSeq = 1, loss = async () => undefined } = this.#options;
		let known: LogMessage | undefined = await subject.newest();
		// Behind the newest message: should that be gone, its stream tells so.
		let lost = await loss();
		let before = await this.#counted(known);
		for (let attempt = 1; attempt <= claimAttempts; attempt++) {
			const me = claimant();
			if (!mayClaim(before?.head, me)) throw new Fenced(before);
			const expected = known?.sequence ?? 0;
			const above = Math.max(known?.head.epoch ?? 0, before?.head.epoch ?? 0);
			const head = claimAfter(before, me, above, clock.now());
			if (!before) head.next = firstSeq;
			numberAbove(head, lost);
			const claim = { sequence: 0, before: expected, head, cursor: before?.cursor, body: noBody };
			try {
				claim.sequence = await subject.append(this.#outgoing(head, claim.cursor, noBody), expected);
			} catch (error) {
				if (!(error instanceof WrongSequence)) throw error;
				known = await subject.newest();
				lost = await loss();
				before = await this.#counted(known);
				continue;
			}
			before = await this.#between(before, expected, claim.sequence);
			if (counts(before ? positionAfter(before.head) : beginning, head)) return this.#take(claim, before);
			known = claim;
		}
		throw new WrongSequence();
	}

	/** The room's newest message, or the one before it where that one doesn't count. */
	async #counted(newest: LogMessage | undefined): Promise<LogMessage | undefined> {
		return newest && this.#between(await this.#at(newest.before), newest.before, newest.sequence + 1);
	}

	/**
	 * The newest message before `end` that counts. Where `before` was appended to last, the server has promised that there
	 * is none between; over an election an old server does not keep that.
	 */
	async #between(before: LogMessage | undefined, after: number, end: number): Promise<LogMessage | undefined> {
		let newest = before;
		for (let from = after + 1; from < end; ) {
			const message = await this.#options.subject.firstFrom(from);
			if (!message || message.sequence >= end) break;
			if (!newest || counts(positionAfter(newest.head), message.head)) newest = message;
			from = message.sequence + 1;
		}
		return newest;
	}

	async #take(claim: LogMessage, before: LogMessage | undefined): Promise<Owned> {
		const { subject, knownEvents } = this.#options;
		const ids = new RecentIds(knownEvents);
		const first = before && (await subject.firstFrom(1));
		if (first) {
			const after = before.head.next - 1 - knownEvents;
			for await (const message of countedAfter(subject, { first, newest: before }, after)) {
				for (const [id, at] of keysOf(message)) ids.add(id, at);
			}
		}
		this.#doubt = undefined;
		this.#owned = { last: claim, cursor: claim.cursor, ids };
		return this.#owned;
	}

	async #at(sequence: number): Promise<LogMessage | undefined> {
		return sequence === 0 ? undefined : this.#options.subject.at(sequence);
	}

	#draft(owned: Owned, batches: readonly EncodedBatch[]): Draft {
		const now = this.#options.clock.now();
		const head = { ...headAfter(owned.last, now), ...this.#stamp(owned.last.head) };
		const taken = this.#taken(batches);
		let { cursor } = owned;
		let lastSeq = head.next - 1;
		const results = taken.map((batch): StoredBatch => {
			const stored = numbered(batch.events, owned.ids, lastSeq);
			lastSeq += stored.events.length;
			cursor = batch.cursor ?? cursor;
			return stored;
		});
		const events = results.flatMap((stored) => stored.events);
		const body = events.length > 0 ? encodeBlock(events, head.at) : noBody;
		head.next += events.length;
		head.count = events.length;
		for (const { type, at } of events) {
			head.own ||= isOfService(type);
			head.skew = Math.max(head.skew, Math.abs(at - head.at));
		}
		return { message: this.#outgoing(head, cursor, body), results };
	}

	/** Whole batches: the first, and those that fit with it. */
	#taken(batches: readonly EncodedBatch[]): readonly EncodedBatch[] {
		let chars = 0;
		const end = batches.findIndex(({ events }, index) => {
			for (const { json, raw } of events) chars += json.length + (raw?.length ?? 0);
			return index > 0 && chars > this.#options.maxChars;
		});
		return end === -1 ? batches : batches.slice(0, end);
	}

	#stamp({ epoch, view, owner, n }: Head): Pick<Head, "kind" | "epoch" | "view" | "owner" | "n"> {
		return { kind: "batch", epoch, view, owner, n: n + 1 };
	}

	async #store(owned: Owned, draft: Draft): Promise<void> {
		let expected = owned.last.sequence;
		for (;;) {
			try {
				this.#stored(owned, draft, await this.#options.subject.append(draft.message, expected));
				return;
			} catch (error) {
				if (!(error instanceof WrongSequence)) throw error;
			}
			const newest = await this.#options.subject.newest();
			// Nothing has come between: the server holds another attempt back.
			if (newest?.sequence === expected) throw new WrongSequence();
			const verdict = judge(newest, draft.message.head, expected);
			if (verdict === "fenced" || verdict === "lost") {
				this.#owned = undefined;
				this.#doubt = undefined;
				throw new Fenced(verdict === "lost" ? undefined : newest);
			}
			expected = newest?.sequence ?? 0;
			if (verdict === "passed") continue;
			this.#stored(owned, draft, expected);
			return;
		}
	}

	#stored(owned: Owned, { message }: Draft, sequence: number): void {
		owned.last = { sequence, head: message.head };
		owned.cursor = message.cursor;
	}

	#outgoing(head: Head, cursor: Cursor | undefined, body: Uint8Array): Outgoing {
		return { id: `${this.#options.liveId}:${head.epoch}:${head.owner}:${head.n}`, head, cursor, body };
	}
}
