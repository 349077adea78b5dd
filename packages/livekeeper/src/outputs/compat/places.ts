import type { Clock } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { Notes } from "../../storage/index.ts";

/** How long a place waits for its listener to come back, ms. */
const keptMs = 60_000;

const running = "running";

interface Place {
	/** Whose: the server, the listener's address, and the room. */
	key: string;
	/** All up to this `seq` was sent. */
	seq: number;
	/** Since when it waits, ms. */
	at: number;
}

/**
 * Where listeners stood that have gone. They know no `seq` to come back with, so who comes from the same address to the
 * same room within a minute goes on there; also across a stop of the service. After one that it did not see coming the
 * places are lost: whoever comes within that minute may have missed something, and hears so.
 */
export class ListenerPlaces {
	readonly #clock: Clock;
	/** Nodes of a cluster share their notes, and a listener comes back to its node. */
	readonly #note: string;
	readonly #open = new Set<{ key: string; end: () => number }>();
	#left: Place[] = [];
	/** When the service was started behind an end that it did not see coming, ms since the epoch. */
	#lostAt: number | undefined;
	#isServed = false;

	/** @param node of the cluster; `undefined`: the service is alone */
	constructor(clock: Clock, node?: string) {
		this.#clock = clock;
		this.#note = node === undefined ? "listener_places" : `listener_places ${node}`;
	}

	/** Whether one that comes now may have stood somewhere in the service's last run. */
	get areLost(): boolean {
		return this.#lostAt !== undefined && this.#clock.now() - this.#lostAt < keptMs;
	}

	/** @returns the `seq` to go on behind; `undefined`: from now on. Each place is taken once, the one furthest back first */
	take(key: string): number | undefined {
		this.#left = this.#left.filter(({ at }) => this.#clock.now() - at < keptMs);
		const [place] = this.#left.filter((one) => one.key === key).sort((a, b) => a.seq - b.seq);
		this.#left = this.#left.filter((one) => one !== place);
		return place?.seq;
	}

	/**
	 * A listener reads.
	 * @param end ends it, and gives the `seq` up to which all was sent
	 * @returns to be called when the listener has gone
	 */
	hold(key: string, end: () => number): () => void {
		const reading = { key, end };
		this.#open.add(reading);
		return () => {
			if (this.#open.delete(reading)) this.#left.push({ key, seq: end(), at: this.#clock.now() });
		};
	}

	/**
	 * The places that the service's last run left, as if they had been left now. Until this run leaves its own, the note
	 * says that it runs.
	 * @param isServed whether any listener can come
	 */
	async load(notes: Notes, logger: Pick<Logger, "warn">, isServed: boolean): Promise<void> {
		this.#isServed = isServed;
		try {
			const left = ((await notes.get(this.#note)) ?? []) as [string, number][] | typeof running;
			if (left === running) this.#lostAt = this.#clock.now();
			else this.#left = left.map(([key, seq]) => ({ key, seq, at: this.#clock.now() }));
			if (isServed) await notes.put(this.#note, running);
			else if (left.length > 0) await notes.remove(this.#note);
		} catch (error) {
			logger.warn({ event: "listener_places_lost", err: error });
		}
	}

	/** Ends who still reads, and keeps all places for the next run. */
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
