import type { Clock } from "@livekeeper/douyin";
import type { Notes } from "@livekeeper/log/storage";
import type { Logger } from "pino";

/** Time that a place is kept for its listener to return, ms. */
const keptMs = 60_000;

const running = "running";

interface Place {
	/** Owner of the place: server, listener's address and room. */
	key: string;
	/** All events up to this `seq` were sent. */
	seq: number;
	/** Time the listener left, by the monotonic clock, ms. */
	at: number;
}

/**
 * Positions of listeners that have left. They have no `seq` to resume from, so a listener that returns from the same
 * address to the same room within a minute continues at its position, also after a stop of the service. After a crash
 * the positions are lost: a listener that connects within that minute may have missed something, and is notified.
 */
export class ListenerPlaces {
	readonly #clock: Clock;
	/** Key of the note. Nodes of a cluster share their notes, and a listener returns to its own node. */
	readonly #note: string;
	readonly #open = new Set<{ key: string; end: () => number }>();
	#left: Place[] = [];
	/** Start of the service after a crash, by the monotonic clock, ms. */
	#lostAt: number | undefined;
	#isServed = false;

	/** @param node name of this node in the cluster; `undefined` if the service runs alone */
	constructor(clock: Clock, node?: string) {
		this.#clock = clock;
		this.#note = node === undefined ? "listener_places" : `listener_places ${node}`;
	}

	/** Whether a listener that connects now may have had a place in the last run. */
	get areLost(): boolean {
		return this.#lostAt !== undefined && this.#clock.elapsed() - this.#lostAt < keptMs;
	}

	/** Takes a place, the one furthest back first. @returns the `seq` to resume after; `undefined` to start from now */
	take(key: string): number | undefined {
		this.#left = this.#left.filter(({ at }) => this.#clock.elapsed() - at < keptMs);
		const [place] = this.#left.filter((one) => one.key === key).sort((a, b) => a.seq - b.seq);
		this.#left = this.#left.filter((one) => one !== place);
		return place?.seq;
	}

	/**
	 * Registers a listener that reads.
	 * @param end ends the reading, and returns the `seq` up to which all was sent
	 * @returns a function to call when the listener has left
	 */
	hold(key: string, end: () => number): () => void {
		const reading = { key, end };
		this.#open.add(reading);
		return () => {
			if (this.#open.delete(reading)) this.#left.push({ key, seq: end(), at: this.#clock.elapsed() });
		};
	}

	/**
	 * Loads the places of the last run, with the time they were left set to now. Until this run saves its own, the note
	 * says that it is running.
	 * @param isServed whether any listener can connect
	 */
	async load(notes: Notes, logger: Pick<Logger, "warn">, isServed: boolean): Promise<void> {
		this.#isServed = isServed;
		try {
			const left = ((await notes.get(this.#note)) ?? []) as [string, number][] | typeof running;
			if (left === running) this.#lostAt = this.#clock.elapsed();
			else this.#left = left.map(([key, seq]) => ({ key, seq, at: this.#clock.elapsed() }));
			if (isServed) await notes.put(this.#note, running);
			else if (left.length > 0) await notes.remove(this.#note);
		} catch (error) {
			logger.warn({ event: "listener_places_lost", err: error });
		}
	}

	/** Ends all open readings, and stores all places for the next run. */
	async save(notes: Notes, logger: Pick<Logger, "warn">): Promise<void> {
		const open = Array.from(this.#open, ({ key, end }) => [key, end()] as const);
		this.#open.clear();
		const places = [...open, ...this.#left.map(({ key, seq }) => [key, seq] as const)];
		try {
			if (this.#isServed) await notes.put(this.#note, places);
		} catch (error) {
			logger.warn({ event: "listener_places_lost", err: error });
		}
	}
}
