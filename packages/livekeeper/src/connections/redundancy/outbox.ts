import type { SessionItem } from "@livekeeper/douyin";

/** So many events may wait for the room; then the legs wait. */
const mostBuffered = 10_000;

/** Between the legs and the room: all that waits is taken at once, in order. */
export class Outbox {
	#items: SessionItem[] = [];
	#events = 0;
	#closed = false;
	#room: Promise<void> | undefined;
	#hasRoom: () => void = () => undefined;
	#wake: () => void = () => undefined;

	/** Resolves once there is room again; `undefined` while there is. */
	get room(): Promise<void> | undefined {
		return this.#room;
	}

	push(item: SessionItem): void {
		this.#items.push(item);
		this.#events += item.type === "frame" ? item.events.length : 0;
		if (this.#events > mostBuffered && !this.#room && !this.#closed) {
			this.#room = new Promise((resolve) => {
				this.#hasRoom = resolve;
			});
		}
		this.#wake();
	}

	take(): SessionItem[] {
		const items = this.#items;
		this.#items = [];
		this.#events = 0;
		this.#room = undefined;
		this.#hasRoom();
		return items;
	}

	/** Resolves when there is something to take, or it is closed. */
	readable(): Promise<void> {
		if (this.#items.length > 0 || this.#closed) return Promise.resolve();
		return new Promise((resolve) => {
			this.#wake = resolve;
		});
	}

	/** Nobody waits for the other any more; what is in it may still be taken. */
	close(): void {
		this.#closed = true;
		this.#room = undefined;
		this.#hasRoom();
		this.#wake();
	}
}
