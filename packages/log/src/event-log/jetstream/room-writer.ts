import { Turns } from "@livekeeper/base/turns";
import type { Clock, Cursor } from "@livekeeper/douyin";
import { type Block, encodeBlock } from "../block.ts";
import type { EncodedBatch } from "../encoded-event.ts";
import type { StoredEvent } from "../event-log.ts";
import { isOfService } from "../event-types.ts";
import { floorAbove } from "../floor.ts";
import { skewsWith } from "../read-page.ts";
import { RecentIds } from "../recent-ids.ts";
import type { NumberedBatch, StoredBatch } from "../stored-batch.ts";
import { numbered } from "../stored-batch.ts";
import {
	beginning,
	type Claimant,
	claimAfter,
	counts,
	headAfter,
	holdsNothing,
	isShown,
	judge,
	mayClaim,
	type Placed,
	positionAfter,
} from "./claim.ts";
import { type Head, keysOf, type LogMessage, skewsOf } from "./message.ts";
import { afterNewest, countedAfter } from "./room-messages.ts";
import { Fenced, InDoubt, type Outgoing, type RoomSubject, WrongSequence } from "./room-subject.ts";

export interface RoomWriterOptions {
	liveId: string;
	subject: RoomSubject;
	claimant: () => Claimant;
	clock: Pick<Clock, "now">;
	/** Approximate maximum of characters of events in a message. */
	maxChars: number;
	/** Number of the newest events that are recognised when they come again. */
	knownEvents: number;
	/** Called before the room's first event is stored. */
	onFirst: () => Promise<void>;
	/** The first `seq` of a log that is moved here from elsewhere; default 1. */
	firstSeq?: number | undefined;
	/** Returns the run of the servers, which messages record; default: none. */
	run?: (() => string) | undefined;
	/** Shows whether the room's end is the end that was last published. Default: it always is. */
	evidence?: Evidence | undefined;
}

/**
 * Queries that a claim makes in addition to the room's newest message, and after it. Each rejects with errors of NATS.
 */
export interface Evidence {
	/** Returns the run of the servers. */
	run(): Promise<string>;
	/** Returns what is known of a room without messages: `lost` it had some, `maybe` it may have had some. */
	unseen(): Promise<"new" | "maybe" | "lost">;
	/** The newest `seq` of the room that this node ever assigned or saw; 0: none. */
	given: number;
	/** Time for which the end must be in doubt before it counts as lost, ms, by this clock. */
	doubtMs: number;
	clock: Pick<Clock, "elapsed">;
}

/** Doubt about the room's end. */
interface Doubt {
	/** The newest number that is known to have been assigned. */
	lastSeq: number;
	floor: number;
	/** When the newest remaining event was stored, ms since the epoch. */
	at: number | undefined;
	/** Whether something is lost, and readers are notified; otherwise the room only begins above. */
	isLoss: boolean;
}

/** The owner's state of its room. */
interface Owned {
	last: Placed;
	cursor: Cursor | undefined;
	ids: RecentIds;
}

/** A message to send, and the results to return once it is stored. */
interface Draft {
	message: Outgoing;
	results: StoredBatch[];
}

/** Encoded events of a message, and the properties that its head needs. */
interface Body {
	bytes: Uint8Array;
	marks: readonly Pick<StoredEvent, "type" | "at">[];
}

const noBody = new Uint8Array(0);

/** Makes a room whose end is in doubt continue above all numbers that it may have assigned. */
function numberAbove(head: Head, { at, isLoss, ...known }: Doubt, now: number): void {
	const floor = floorAbove(known, now);
	head.next = floor + 1;
	if (!isLoss) return;
	head.floor = floor;
	if (at === undefined) delete head.floorAt;
	else head.floorAt = at;
}

/** Number of times a claim starts over because another claim came in between. */
const claimAttempts = 8;

/**
 * Appends to one room's log as its owner, one message at a time. The first append claims the room. A message whose
 * answer was lost is sent again unchanged before anything else, so it is stored once.
 */
export class RoomWriter {
	readonly #options: RoomWriterOptions;
	#owned: Owned | undefined;
	/** The message to be sent, or sent without an answer so far. The room already recognises its events as repeats. */
	#draft: Draft | undefined;
	/** The newest `seq` that was assigned, whether or not its answer came. */
	#given: number;
	/** The end that is in doubt, and since when, by the monotonic clock, ms. */
	#suspect: { sequence: number; since: number } | undefined;
	readonly #turns = new Turns();

	constructor(options: RoomWriterOptions) {
		this.#options = options;
		this.#given = options.evidence?.given ?? 0;
	}

	/** The newest `seq` of the room that this node ever assigned or saw; 0: none. */
	get given(): number {
		return this.#given;
	}

	/** The newest message, while this node owns the room. */
	get last(): Placed | undefined {
		return this.#owned?.last;
	}

	/** Cursor behind the last stored event, while this node owns the room. */
	get cursor(): Cursor | undefined {
		return this.#owned?.cursor;
	}

	/**
	 * Records that the room still ends where this node left it, if its newest message names another run of the servers.
	 * @param isDue whether to do so in any case
	 * @throws as `commit`
	 */
	async stamp(isDue = false): Promise<void> {
		await this.#turns.take(async () => {
			const owned = this.#owned;
			const { run } = this.#options;
			if (!owned || this.#draft || !(isDue || owned.last.head.run !== run?.())) return;
			await this.#note(owned, {});
		});
	}

	/** Releases the room, and records its end in it. @throws as `commit` */
	async release(): Promise<void> {
		await this.#turns.take(async () => {
			const owned = this.#owned;
			if (owned && !this.#draft) await this.#note(owned, { released: true });
			this.#owned = undefined;
		});
	}

	/** Makes numbers continue above this one. @throws as `commit` */
	async jump(floor: number): Promise<void> {
		await this.#turns.take(async () => {
			const owned = this.#owned ?? (await this.#claim());
			if (owned.last.head.next <= floor)
				await this.#note(owned, { floor, floorAt: owned.last.head.at, next: floor + 1 });
		});
	}

	/**
	 * Stores batches, in one message after the other; only the first of them if it can't continue.
	 * @throws Fenced if the room belongs to another node; after any other error the call has to be repeated
	 */
	commit(batches: readonly EncodedBatch[]): Promise<StoredBatch[]> {
		return this.#turns.take(() => this.#commit(batches));
	}

	/**
	 * Stores a block of another log unchanged. Its numbers have to follow the newest one.
	 * @throws as `commit`
	 */
	async copy(block: Block): Promise<void> {
		await this.#turns.take(async () => {
			const owned = this.#owned ?? (await this.#claim());
			// The answer to an earlier attempt was lost, and only now it is known to be stored.
			if (!this.#draft && owned.last.head.next > block.lastSeq) return;
			const { head, lines } = block.parts;
			this.#draft ??= {
				message: this.#messageOf(
					owned,
					{ bytes: Buffer.concat([head, lines]), marks: block.marks },
					owned.cursor,
					this.#options.clock.now(),
				),
				results: [],
			};
			await this.#store(owned, this.#draft);
			this.#draft = undefined;
		});
	}

	/** Makes this node the room's owner, unless it already is. @throws as `commit` */
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
				// Batches that could not be stored come again, and so does their error.
				if (results.length === 0 || error instanceof Fenced) throw error;
				break;
			}
		}
		return results;
	}

	/** Stores the first of the batches, as many as fit into one message. */
	async #commitMessage(owned: Owned, batches: readonly EncodedBatch[]): Promise<StoredBatch[]> {
		this.#draft ??= this.#draftOf(owned, batches);
		const draft = this.#draft;
		const { head, cursor } = draft.message;
		if (head.count > 0 && holdsNothing(owned.last.head)) await this.#options.onFirst();
		if (head.count > 0 || cursor !== owned.cursor) await this.#store(owned, draft);
		this.#draft = undefined;
		return draft.results;
	}

	/** Stores a message without events. */
	async #note(owned: Owned, more: Partial<Head>): Promise<void> {
		const { message, results } = this.#draftOf(owned, []);
		Object.assign(message.head, more);
		this.#given = Math.max(this.#given, message.head.next - 1);
		this.#draft = { message, results };
		await this.#store(owned, this.#draft);
		this.#draft = undefined;
	}

	async #claim(): Promise<Owned> {
		const { subject, claimant, clock, firstSeq = 1 } = this.#options;
		let known: LogMessage | undefined = await subject.newest();
		let before = await this.#counted(known);
		let doubt = await this.#doubtOf(known, before);
		for (let attempt = 1; attempt <= claimAttempts; attempt++) {
			const me = claimant();
			if (!mayClaim(before?.head, me)) throw new Fenced(before);
			const expected = known?.sequence ?? 0;
			const above = Math.max(known?.head.epoch ?? 0, before?.head.epoch ?? 0);
			const head = { ...claimAfter(before, me, above, clock.now()), ...this.#run() };
			if (!before) head.next = firstSeq;
			if (doubt) numberAbove(head, doubt, clock.now());
			const claim = { sequence: 0, before: expected, head, cursor: before?.cursor, body: noBody };
			try {
				claim.sequence = await subject.append(this.#outgoing(head, claim.cursor, noBody), expected);
			} catch (error) {
				if (!(error instanceof WrongSequence)) throw error;
				known = await subject.newest();
				before = await this.#counted(known);
				doubt = await this.#doubtOf(known, before);
				continue;
			}
			before = await this.#between(before, expected, claim.sequence);
			if (counts(before ? positionAfter(before.head) : beginning, head)) return this.#take(claim, before);
			known = claim;
		}
		throw new WrongSequence();
	}

	/**
	 * Returns the doubt that the room's end is the end that was last published; `undefined` if it is shown to be. All
	 * queries come after the newest message, so their answers can't be older than it.
	 * @throws InDoubt until the doubt has lasted for some time
	 */
	async #doubtOf(newest: LogMessage | undefined, before: LogMessage | undefined): Promise<Doubt | undefined> {
		const { evidence } = this.#options;
		if (!evidence) return undefined;
		const run = await evidence.run();
		const unseen = newest ? "new" : await evidence.unseen();
		const known = before ? before.head.next - 1 : 0;
		const isLoss = unseen === "lost" || known < this.#given || (newest !== undefined && !isShown(newest.head, run));
		if (!isLoss && unseen === "new") {
			this.#suspect = undefined;
			return undefined;
		}
		const floor = before?.head.floor ?? 0;
		const doubt = { lastSeq: Math.max(known, this.#given), floor, at: before?.head.at, isLoss };
		if (!isLoss) return doubt;
		const sequence = newest?.sequence ?? 0;
		if (this.#suspect?.sequence !== sequence) this.#suspect = { sequence, since: evidence.clock.elapsed() };
		if (evidence.clock.elapsed() - this.#suspect.since >= evidence.doubtMs) return doubt;
		throw new InDoubt(`The end of room ${this.#options.liveId} is in doubt`);
	}

	/** Returns the room's newest message, or the one before it if that one doesn't count. */
	async #counted(newest: LogMessage | undefined): Promise<LogMessage | undefined> {
		return newest && this.#between(await this.#at(newest.before), newest.before, newest.sequence + 1);
	}

	/**
	 * Returns the newest message before `end` that counts. If `before` was the expected newest message of an append, the
	 * server guarantees that there is none in between; in an election an old server does not keep that guarantee.
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
			const bounds = { first, newest: before };
			for await (const message of countedAfter(subject, bounds, await afterNewest(subject, bounds, knownEvents))) {
				for (const key of keysOf(message)) ids.add(key);
			}
		}
		this.#draft = undefined;
		this.#suspect = undefined;
		this.#given = Math.max(this.#given, claim.head.next - 1);
		this.#owned = { last: claim, cursor: claim.cursor, ids };
		return this.#owned;
	}

	async #at(sequence: number): Promise<LogMessage | undefined> {
		return sequence === 0 ? undefined : this.#options.subject.at(sequence);
	}

	#draftOf(owned: Owned, batches: readonly EncodedBatch[]): Draft {
		const now = this.#options.clock.now();
		const { at, next: firstSeq } = headAfter(owned.last, now);
		let { cursor } = owned;
		let lastSeq = firstSeq - 1;
		const results = this.#taken(batches).map((batch): NumberedBatch => {
			const stored = numbered(batch.events, owned.ids, lastSeq);
			lastSeq += stored.events.length;
			cursor = batch.cursor ?? cursor;
			return stored;
		});
		const events = results.flatMap((stored) => stored.events);
		const columns = results.flatMap((stored) => stored.columns);
		const bytes = events.length > 0 ? encodeBlock({ events, columns, storedAt: at }) : noBody;
		return { message: this.#messageOf(owned, { bytes, marks: events }, cursor, now), results };
	}

	#messageOf(owned: Owned, { bytes, marks }: Body, cursor: Cursor | undefined, now: number): Outgoing {
		const head = { ...headAfter(owned.last, now), ...this.#stamp(owned.last.head) };
		head.next += marks.length;
		head.count = marks.length;
		this.#given = Math.max(this.#given, head.next - 1);
		head.own = marks.some(({ type }) => isOfService(type));
		const { maxSkewMs: skew, maxAheadMs: ahead } = skewsWith(marks, head.at, skewsOf(head));
		Object.assign(head, { skew, ahead });
		return this.#outgoing(head, cursor, bytes);
	}

	/** Returns the first batch, and those that fit with it, always whole. */
	#taken(batches: readonly EncodedBatch[]): readonly EncodedBatch[] {
		let chars = 0;
		const end = batches.findIndex(({ events }, index) => {
			for (const { json, raw } of events) chars += json.length + (raw?.length ?? 0);
			return index > 0 && chars > this.#options.maxChars;
		});
		return end === -1 ? batches : batches.slice(0, end);
	}

	#stamp({ epoch, view, owner, n }: Head): Pick<Head, "kind" | "epoch" | "view" | "owner" | "n" | "run"> {
		return { kind: "batch", epoch, view, owner, n: n + 1, ...this.#run() };
	}

	/** A message with the run, stored at the expected place, shows where the room ended. */
	#run(): Pick<Head, "run"> {
		const { run } = this.#options;
		return run ? { run: run() } : {};
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
			// Nothing has come in between: the server holds back another attempt.
			if (newest?.sequence === expected) throw new WrongSequence();
			const verdict = judge(newest, draft.message.head, expected);
			if (verdict === "fenced" || verdict === "lost") {
				// Numbers that another node's claim kept out were never published.
				if (verdict === "fenced") this.#given = owned.last.head.next - 1;
				this.#owned = undefined;
				this.#draft = undefined;
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
