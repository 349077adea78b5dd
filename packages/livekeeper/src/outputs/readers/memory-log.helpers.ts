import type { CommittedBatch, ReadPage, ReadQuery, StoredEvent } from "@livekeeper/log/src/event-log/event-log.ts";

/**
 * A room's log in memory, with events of 100 characters and the contract's timing: reads take a while, commits notify
 * at once.
 */
export class MemoryLog {
	readonly events: StoredEvent[] = [];
	readonly #listeners = new Set<(batch: CommittedBatch) => void>();
	/** Events up to this `seq` are gone. */
	forgotten = 0;
	/** Awaited by each call before it looks at the events. */
	look: () => Promise<void> = () => Promise.resolve();
	/** Awaited by each call after it has looked, before it answers. */
	answer: () => Promise<void> = () => Promise.resolve();
	/** Called by each read before it looks, so a test can commit in between. */
	beforeRead: () => void = () => undefined;
	/** Called by each read after it has looked. */
	afterRead: () => void = () => undefined;

	commit(types: readonly StoredEvent["type"][]): void {
		this.store(types)();
	}

	/** Makes a batch durable. @returns a function that publishes it; reads may see it earlier */
	store(types: readonly StoredEvent["type"][]): () => void {
		const events = types.map((type, index) => {
			const seq = this.events.length + index + 1;
			return { seq, type, at: 0, json: JSON.stringify({ seq, type }).padEnd(100) };
		});
		this.events.push(...events);
		return () => {
			for (const listener of this.#listeners) listener({ liveId: "1", events });
		};
	}

	onCommitted(listener: (batch: CommittedBatch) => void): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	async lastSeq(): Promise<number> {
		await this.look();
		const lastSeq = this.events.length;
		await this.answer();
		return lastSeq;
	}

	async read(
		_liveId: string,
		{ after = 0, limit = 500, types, maxChars = 1 << 20 }: ReadQuery = {},
	): Promise<ReadPage> {
		await this.look();
		this.beforeRead();
		const lastSeq = this.events.length;
		const reset = after > lastSeq;
		const from = Math.max(reset ? 0 : after, this.forgotten);
		const page: StoredEvent[] = [];
		for (let chars = 0; chars < maxChars && page.length < limit; ) {
			const event = this.events[from + page.length];
			if (!event) break;
			page.push(event);
			chars += event.json.length;
		}
		const nextAfter = page.at(-1)?.seq ?? from;
		const caughtUp = nextAfter >= this.events.length;
		this.afterRead();
		await this.answer();
		return {
			events: types ? page.filter((event) => types.includes(event.type)) : page,
			nextAfter,
			caughtUp,
			...(reset && { truncated: { from: 1, to: from, reason: "reset" as const } }),
			...(!reset && from > after && { truncated: { from: after + 1, to: from, reason: "retention" as const } }),
			oldestSeq: this.forgotten + 1,
			lastSeq,
		};
	}
}
