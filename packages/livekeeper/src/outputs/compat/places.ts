import type { Clock } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { Notes } from "../../storage/index.ts";

/** How long a place waits for its listener to come back, ms. */
const keptMs = 60_000;

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
 * same room within a minute goes on there; also across a stop of the service, but not one that it did not see coming.
 */
export class ListenerPlaces {
	readonly #clock: Clock;
	/** Nodes of a cluster share their notes, and a listener comes back to its node. */
	readonly #note: string;
	readonly #open = new Set<{ key: string; end: () => number }>();
	#left: Place[] = [];

	/** @param node of the cluster; `undefined`: the service is alone */
	constructor(clock: Clock, node?: string) {
		this.#clock = clock;
		this.#note = node === undefined ? "listener_places" : `listener_places ${node}`;
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

	/** The places that the service's last run left, as if they had been left now. */
	async load(notes: Notes, logger: Pick<Logger, "warn">): Promise<void> {
		try {
			const places = ((await notes.get(this.#note)) ?? []) as [string, number][];
			this.#left = places.map(([key, seq]) => ({ key, seq, at: this.#clock.now() }));
			if (places.length > 0) await notes.remove(this.#note);
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
			if (places.length > 0) await notes.put(this.#note, places);
		} catch (error) {
			logger.warn({ event: "listener_places_lost", err: error });
		}
	}
}
