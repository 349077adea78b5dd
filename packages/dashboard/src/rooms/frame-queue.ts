/** Tasks per frame: drawing this many rooms takes a part of a frame, also on a slow machine. */
export const maxPerFrame = 6;

/** Runs tasks a few per frame, so that a message about all rooms does not block the page; oldest first. */
export class FrameQueue {
	readonly #waiting = new Set<() => void>();
	readonly #nextFrame: (run: () => void) => unknown;
	#isDue = false;

	/** @param nextFrame calls a function before the next frame is drawn: `requestAnimationFrame` */
	constructor(nextFrame: (run: () => void) => unknown) {
		this.#nextFrame = nextFrame;
	}

	/** Adds a task; one that already waits keeps its place and runs once. */
	add(task: () => void): void {
		this.#waiting.add(task);
		this.#schedule();
	}

	delete(task: () => void): void {
		this.#waiting.delete(task);
	}

	#schedule(): void {
		if (this.#isDue || this.#waiting.size === 0) return;
		this.#isDue = true;
		this.#nextFrame(() => this.#run());
	}

	#run(): void {
		this.#isDue = false;
		for (const task of [...this.#waiting].slice(0, maxPerFrame)) {
			this.#waiting.delete(task);
			task();
		}
		this.#schedule();
	}
}

/** Draws the rooms of all views, each in its turn; nothing is drawn while the page is hidden. */
export const drawing = new FrameQueue((run) => requestAnimationFrame(run));
