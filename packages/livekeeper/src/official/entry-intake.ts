import { LivekeeperError } from "@livekeeper/base/errors";
import { requestTexts } from "@livekeeper/base/text";
import { type Clock, type LiveEvent, lookedUpTypes, type OfficialType, readEntries } from "@livekeeper/douyin";
import type { EventLog } from "@livekeeper/log";
import { clusterTexts } from "@livekeeper/log/text";
import type { BroadcastNote } from "./broadcast-status.ts";
import type { AckItem, OpenPlatformClient } from "./open-platform-client.ts";
import type { BroadcastDeps } from "./pushed-broadcast.ts";

const maxWaiting = 20_000;
const atOnce = 200;
/** Maximum number of calls in one go, because an app's calls are limited and other work needs them. */
const callsInTurn = 10;

/** Receipts of entries not yet acknowledged to the platform. */
export class Acknowledgements {
	readonly #client: Pick<OpenPlatformClient, "acknowledge">;
	readonly #roomId: string;
	readonly #waiting: AckItem[] = [];
	#sent = 0;

	constructor(client: Pick<OpenPlatformClient, "acknowledge">, roomId: string) {
		this.#client = client;
		this.#roomId = roomId;
	}

	/** Number of entries acknowledged to the platform. */
	get sent(): number {
		return this.#sent;
	}

	/** Queues receipts. Beyond 20,000 queued ones none is added, because the platform does not depend on them. */
	add(msgIds: readonly string[], type: OfficialType, now: number): void {
		for (const id of msgIds) {
			if (this.#waiting.length >= maxWaiting) return;
			this.#waiting.push({ msg_id: id, msg_type: type, client_time: now });
		}
	}

	/** Sends some of the receipts, and leaves the others for later. @throws OpenPlatformError: they stay queued */
	async send(): Promise<void> {
		for (let call = 0; call < callsInTurn && this.#waiting.length > 0; call++) {
			const items = this.#waiting.slice(0, atOnce);
			await this.#client.acknowledge(this.#roomId, items);
			this.#waiting.splice(0, items.length);
			this.#sent += items.length;
		}
	}
}

/**
 * Maximum number of known ids, the newest ones: a log may know fewer, and a delivery may be reported as failed long
 * after it arrived.
 */
const maxKnown = 50_000;

/** Stores the platform's entries of a broadcast in the log, each once. */
export class EntryIntake {
	readonly #note: Pick<BroadcastNote, "liveId" | "roomId">;
	readonly #deps: Pick<BroadcastDeps, "log" | "clock" | "isHere">;
	readonly #acks: Acknowledgements;
	/** Ids of stored events, oldest first. */
	readonly #known: Set<string>;
	/** Numbers of events, including duplicates, and of entries that are none. */
	readonly counts = { entries: 0, tests: 0, unreadable: 0 };
	readonly #onUnreadable: (type: OfficialType, entries: number) => void;

	/** @param onUnreadable called with the number of unreadable entries of a kind */
	constructor(
		note: BroadcastNote,
		deps: Pick<BroadcastDeps, "log" | "clock" | "isHere">,
		acks: Acknowledgements,
		onUnreadable: (type: OfficialType, entries: number) => void = () => undefined,
	) {
		this.#onUnreadable = onUnreadable;
		this.#note = note;
		this.#deps = deps;
		this.#acks = acks;
		this.#known = new Set(Object.values(note.stored ?? {}).flat());
	}

	/**
	 * Stores entries; resolves once they are durable.
	 *
	 * @returns ids of their events
	 * @throws LivekeeperError `storage_failing`, and `node_silent` if another process keeps the room
	 */
	async take(type: OfficialType, entries: readonly unknown[]): Promise<string[]> {
		const { log, clock } = this.#deps;
		const { liveId, roomId } = this.#note;
		const receivedAt = clock.now();
		const { events, msgIds, tests, unreadable } = readEntries(entries, { liveId, roomId, type, receivedAt });
		const fresh = events.filter(({ id }) => !this.#known.has(id));
		this.#assertHere();
		await storeDurably(log, { liveId, events: fresh }, clock);
		// The log may have dropped the batch, if another process has taken the room over meanwhile.
		this.#assertHere();
		this.counts.entries += events.length;
		this.counts.tests += tests;
		this.counts.unreadable += unreadable;
		if (unreadable > 0) this.#onUnreadable(type, unreadable);
		if (!lookedUpTypes.includes(type)) return [];
		this.#remember(fresh);
		// Comments and likes are too many to acknowledge ten times a second, and are never resent.
		this.#acks.add(msgIds, type, receivedAt);
		return events.map(({ id }) => id);
	}

	#remember(events: readonly LiveEvent[]): void {
		for (const { id } of events) this.#known.add(id);
		for (const id of this.#known) {
			if (this.#known.size <= maxKnown) return;
			this.#known.delete(id);
		}
	}

	#assertHere(): void {
		if (!this.#deps.isHere()) throw new LivekeeperError("node_silent", clusterTexts.takesOver);
	}
}

/** Time limit of a store, ms. Callbacks that take longer than 2 s count as failed. */
const withinMs = 1500;

/**
 * Stores a batch, and resolves once it is durable.
 *
 * @throws LivekeeperError `storage_failing` if the log cannot store it, or does not within 1.5 s: it may still be
 * stored later, and a repeat is then left out
 */
async function storeDurably(
	log: Pick<EventLog, "append" | "flush" | "writable">,
	batch: Parameters<EventLog["append"]>[0],
	clock: Clock,
): Promise<void> {
	if (batch.events.length === 0) return;
	if (!log.writable) throw failing();
	log.append(batch);
	let overdue = (): void => undefined;
	const late = new Promise<never>((_resolve, reject) => {
		overdue = () => reject(failing());
	});
	const timer = clock.after(withinMs, () => overdue());
	try {
		await Promise.race([log.flush(), late]);
	} finally {
		timer.cancel();
	}
}

function failing(): LivekeeperError {
	return new LivekeeperError("storage_failing", requestTexts.officialNotStored);
}
