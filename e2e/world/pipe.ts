import type { Timer } from "@livekeeper/douyin";
import type { Scheduler } from "./scheduler.ts";

/** State of the network in one direction. */
export interface Weather {
	/** Whether what is sent is lost. */
	black: boolean;
	/** Whether what is sent waits. */
	held: boolean;
	/** Further delay, ms. */
	latencyMs: number;
	/** Share of what is sent that has to be sent again, which delays it. */
	loss: number;
}

/** Delay of the first retransmission, ms; it doubles each time. */
const retransmitMs = 200;

/** One direction of a connection: delivers in the order in which it was sent, each after a delay. */
export class Pipe {
	readonly #scheduler: Scheduler;
	readonly #random: () => number;
	readonly #weather: () => Weather;
	readonly #what: string;
	/** Delay of the way, ms. */
	readonly #wayMs: number;
	readonly #queue: { dueAt: number; deliver: () => void; bytes: number }[] = [];
	#queuedBytes = 0;
	#timer: Timer | undefined;
	/** Whether it delivers nothing more. */
	#isCut = false;
	/** Whether something was lost: what follows never arrives then, because the order holds. */
	#isBroken = false;

	/** @param wayMs delay of the way, ms; default: some */
	constructor(
		scheduler: Scheduler,
		random: () => number,
		weather: () => Weather,
		what: string,
		wayMs = 5 + Math.floor(random() * 40),
	) {
		this.#scheduler = scheduler;
		this.#random = random;
		this.#weather = weather;
		this.#what = what;
		this.#wayMs = wayMs;
	}

	/** Number of bytes under way. */
	get queuedBytes(): number {
		return this.#queuedBytes;
	}

	send(bytes: number, deliver: () => void): void {
		const { black, latencyMs, loss } = this.#weather();
		if (black) this.#isBroken = true;
		if (this.#isCut || this.#isBroken) return;
		let delayMs = this.#wayMs + latencyMs;
		for (let again = retransmitMs; loss > 0 && this.#random() < loss && again < 10_000; again *= 2) delayMs += again;
		const after = this.#queue.at(-1)?.dueAt ?? 0;
		this.#queue.push({ dueAt: Math.max(after, this.#scheduler.elapsed + delayMs), deliver, bytes });
		this.#queuedBytes += bytes;
		this.#schedule();
	}

	/** Delivers nothing more. */
	cut(): void {
		this.#isCut = true;
		this.#timer?.cancel();
		this.#queue.length = 0;
		this.#queuedBytes = 0;
	}

	/** Looks at the weather again. */
	refresh(): void {
		this.#timer?.cancel();
		this.#timer = undefined;
		this.#schedule();
	}

	#schedule(): void {
		const [first] = this.#queue;
		if (this.#timer || !first || this.#weather().held) return;
		const delayMs = first.dueAt - this.#scheduler.elapsed;
		this.#timer = this.#scheduler.after(
			delayMs,
			() => {
				this.#timer = undefined;
				this.#deliver();
			},
			this.#what,
		);
	}

	#deliver(): void {
		const { held, black } = this.#weather();
		if (held) return;
		for (let first = this.#queue[0]; first && first.dueAt <= this.#scheduler.elapsed; first = this.#queue[0]) {
			this.#queue.shift();
			this.#queuedBytes -= first.bytes;
			// Bytes under way when the connection fell silent are lost as well.
			if (black) this.#isBroken = true;
			if (!this.#isBroken) first.deliver();
			if (this.#isCut) return;
		}
		this.#schedule();
	}
}
