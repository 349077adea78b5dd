import type { Socket } from "node:net";
import type { Clock, Timer } from "@livekeeper/douyin";

/** Effect of the network on the bytes of one direction at one moment. */
export interface Weather {
	/** Bytes are dropped, and so is the end of the connection: the other side waits forever. */
	black: boolean;
	/** Nothing is delivered until it is over; then everything is, in order. */
	held: boolean;
	/** Additional latency of the next bytes, ms. */
	delayMs: number;
	/** Number of bytes that still pass before the connection breaks in the middle of a frame. */
	cutAfter: number | undefined;
}

/** Maximum number of bytes in flight; beyond it the sender is no longer read, as if the network's buffers were full. */
const maxUnderWay = 256 * 1024;

/** One direction of a connection, in order. Reads `from`, writes `to`, and owns its timer. */
export class Lane {
	readonly #from: Socket;
	readonly #to: Socket;
	readonly #clock: Clock;
	readonly #weather: (bytes: number) => Weather;
	readonly #onDelivered: (chunk: Buffer) => void;
	readonly #underWay: { dueAt: number; chunk: Buffer | "end" }[] = [];
	#bytes = 0;
	#lastDue = 0;
	#timer: Timer | undefined;
	#black = false;
	#held = false;

	constructor(
		from: Socket,
		to: Socket,
		deps: { clock: Clock; weather: (bytes: number) => Weather; onDelivered: (chunk: Buffer) => void },
	) {
		this.#from = from;
		this.#to = to;
		this.#clock = deps.clock;
		this.#weather = deps.weather;
		this.#onDelivered = deps.onDelivered;
		from.on("data", (chunk: Buffer) => this.#take(chunk));
		from.on("end", () => this.#take("end"));
		to.on("drain", () => this.#pump());
	}

	/** Bytes were lost on the way, so nothing that follows could be parsed, and nothing is delivered. */
	get black(): boolean {
		return this.#black;
	}

	/** Reacts to a change of the weather. */
	pump(): void {
		this.#pump();
	}

	stop(): void {
		this.#timer?.cancel();
		this.#timer = undefined;
		this.#underWay.length = 0;
	}

	#take(chunk: Buffer | "end"): void {
		const bytes = chunk === "end" ? 0 : chunk.length;
		const { black, held, delayMs, cutAfter } = this.#weather(bytes);
		this.#black ||= black;
		this.#held = held;
		if (this.#black) return;
		if (cutAfter !== undefined && chunk !== "end") {
			if (cutAfter > 0) this.#write(chunk.subarray(0, cutAfter));
			this.#from.destroy();
			this.#to.destroy();
			return;
		}
		this.#lastDue = Math.max(this.#lastDue, this.#clock.now() + delayMs);
		this.#underWay.push({ dueAt: this.#lastDue, chunk });
		this.#bytes += bytes;
		if (this.#bytes > maxUnderWay) this.#from.pause();
		this.#pump();
	}

	#pump(): void {
		this.#timer?.cancel();
		this.#timer = undefined;
		const { black, held } = this.#weather(0);
		this.#held = held;
		// Bytes in flight when the line goes dead are lost.
		if (black && this.#underWay.length > 0) this.#black = true;
		if (this.#black) {
			this.#underWay.length = 0;
			this.#bytes = 0;
			this.#from.resume();
			return;
		}
		while (!this.#held && this.#to.writable && this.#to.writableLength < maxUnderWay) {
			const next = this.#underWay[0];
			if (!next) break;
			const waitMs = next.dueAt - this.#clock.now();
			if (waitMs > 0) {
				this.#timer = this.#clock.after(waitMs, () => this.#pump());
				break;
			}
			this.#underWay.shift();
			if (next.chunk === "end") this.#to.end();
			else this.#write(next.chunk);
		}
		if (this.#bytes <= maxUnderWay) this.#from.resume();
	}

	#write(chunk: Buffer): void {
		this.#bytes -= chunk.length;
		this.#to.write(chunk);
		this.#onDelivered(chunk);
	}
}
