/** Plays one thing. `done` is called at its end, also where it failed. */
export interface Player<Item> {
	play(item: Item, done: () => void): void;
	/** Stops what is being played. */
	cancel(): void;
}

export type After = (delayMs: number, fn: () => void) => { cancel(): void };

/** {@link After} by the browser's clock. */
export const after: After = (delayMs, fn) => {
	const timer = setTimeout(fn, delayMs);
	return { cancel: () => clearTimeout(timer) };
};

/** Maximum number of waiting items; the oldest is dropped: what comes late is worth nothing. */
const mostWaiting = 3;

/** Plays one item after the other, so that two never sound at once, and never far behind what shows. */
export class PlayQueue<Item extends { key: number }> {
	readonly #player: Player<Item>;
	readonly #longestMs: number;
	readonly #after: After;
	#waiting: Item[] = [];
	#playing = false;

	/** @param longestMs browsers forget to report the end of some items: after this long it is taken for over */
	constructor(player: Player<Item>, longestMs: number, after: After) {
		this.#player = player;
		this.#longestMs = longestMs;
		this.#after = after;
	}

	/** @param grown whether the item was added before: then it only brings what still waits up to date */
	add(item: Item, grown: boolean): void {
		const index = this.#waiting.findIndex(({ key }) => key === item.key);
		if (index >= 0) this.#waiting[index] = item;
		else if (!grown) this.#waiting.push(item);
		if (this.#waiting.length > mostWaiting) this.#waiting.shift();
		this.#next();
	}

	/** Lets the current sound play to its end. */
	forget({ key }: Pick<Item, "key">): void {
		this.#waiting = this.#waiting.filter((item) => item.key !== key);
	}

	/** Plays nothing more. */
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
		const watchdog = this.#after(this.#longestMs, () => {
			this.#player.cancel();
			done();
		});
		this.#player.play(item, done);
	}
}
