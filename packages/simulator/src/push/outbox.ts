import type { FaultBoard } from "../faults/fault-board.ts";
import type { OutFrame } from "./push-frames.ts";

/** Time after which a frame that waits to be swapped with the next one is sent alone, ms. */
const maxHeldMs = 1000;

/** Queue of one client's frames, in which faults double, swap and delay them. */
export class Outbox {
	readonly #faults: FaultBoard;
	readonly #liveId: string;
	readonly #write: (frame: OutFrame) => void;
	readonly #delayed: { dueAt: number; frame: OutFrame }[] = [];
	#held: { since: number; frame: OutFrame } | undefined;

	constructor(faults: FaultBoard, liveId: string, write: (frame: OutFrame) => void) {
		this.#faults = faults;
		this.#liveId = liveId;
		this.#write = write;
	}

	send(frame: OutFrame, now: number): void {
		const held = this.#held;
		if (held) {
			this.#held = undefined;
			this.#later(frame, now);
			this.#later(held.frame, now);
		} else if (this.#faults.take("reorder", this.#liveId)) {
			this.#held = { since: now, frame };
		} else {
			this.#later(frame, now);
		}
	}

	/** Sends frames that have waited long enough. */
	pump(now: number): void {
		const held = this.#held;
		if (held && (now - held.since >= maxHeldMs || !this.#faults.peek("reorder", this.#liveId))) {
			this.#held = undefined;
			this.#later(held.frame, now);
		}
		for (let next = this.#delayed[0]; next && next.dueAt <= now; next = this.#delayed[0]) {
			this.#delayed.shift();
			this.#write(next.frame);
		}
	}

	#later(frame: OutFrame, now: number): void {
		const copies = this.#faults.take("duplicate", this.#liveId) ? 2 : 1;
		const dueAt = now + (this.#faults.take("latency", this.#liveId)?.ms ?? 0);
		for (let i = 0; i < copies; i++) {
			// After others that wait, whatever its own delay: latency does not change the order.
			if (dueAt > now || this.#delayed.length > 0) this.#delayed.push({ dueAt, frame });
			else this.#write(frame);
		}
	}
}
