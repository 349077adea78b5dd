/** Plays one item. Calls `done` at its end, including after a failure. */
export interface Player<Item> {
	play(item: Item, done: () => void): void;
	/** Stops the item that is playing. */
	cancel(): void;
}

export type After = (delayMs: number, fn: () => void) => { cancel(): void };

/** {@link After} that uses the browser's timers. */
export const after: After = (delayMs, fn) => {
	const timer = setTimeout(fn, delayMs);
	return { cancel: () => clearTimeout(timer) };
};

/** Maximum number of waiting items; the oldest is dropped, because a late sound is worthless. */
const maxQueued = 3;

/** Plays items one after the other. Two never sound at once, and the queue never falls far behind the display. */
export class PlayQueue<Item extends { key: number }> {
	readonly #player: Player<Item>;
	readonly #maxItemMs: number;
	readonly #after: After;
	#waiting: Item[] = [];
	#playing = false;

	/** @param maxItemMs time after which an item counts as finished, because browsers fail to report some ends */
	constructor(player: Player<Item>, maxItemMs: number, after: After) {
		this.#player = player;
		this.#maxItemMs = maxItemMs;
		this.#after = after;
	}

	/** @param grown whether the item was added before: if so, this only updates it while it waits */
	add(item: Item, grown: boolean): void {
		const index = this.#waiting.findIndex(({ key }) => key === item.key);
		if (index >= 0) this.#waiting[index] = item;
		else if (!grown) this.#waiting.push(item);
		if (this.#waiting.length > maxQueued) this.#waiting.shift();
		this.#next();
	}

	/** Lets the current sound play to its end. */
	forget({ key }: Pick<Item, "key">): void {
		this.#waiting = this.#waiting.filter((item) => item.key !== key);
	}

	/** Stops and drops all waiting items. */
	close(): void {
		this.#waiting = [];
		this.#player.cancel();
	}

	get waiting(): number {
		return this.#waiting.length;
	}

	#next(): void {
		if (this.#playing) return;
		const item = this.#waiting.shift();
		if (!item) return;
		this.#playing = true;
		let over = false;
		const done = () => {
			if (over) return;
			over = true;
			watchdog.cancel();
			this.#playing = false;
			this.#next();
		};
		const watchdog = this.#after(this.#maxItemMs, () => {
			this.#player.cancel();
			done();
		});
		this.#player.play(item, done);
	}
}
