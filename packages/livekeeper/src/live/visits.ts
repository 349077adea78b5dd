import type { Clock } from "@livekeeper/douyin";

const minuteMs = 60_000;

/** Limits people's visits next to the rooms, because the upstream takes many in a minute for an attack. */
export class Visits {
	readonly #clock: Clock;
	readonly #maxInMinute: number;
	/** Start times of the newest visits, ms. */
	#began: number[] = [];

	constructor(clock: Clock, maxInMinute: number) {
		this.#clock = clock;
		this.#maxInMinute = maxInMinute;
	}

	/**
	 * Counts visits that begin now, all of them or none.
	 * @returns seconds to wait instead; `undefined` if they may begin
	 */
	admit(count = 1): number | undefined {
		const now = this.#clock.now();
		this.#began = this.#began.filter((at) => at > now - minuteMs && at <= now);
		const over = this.#began.length + count - this.#maxInMinute;
		if (over > 0) return Math.ceil(((this.#began[over - 1] ?? now) + minuteMs - now) / 1000);
		for (let i = 0; i < count; i++) this.#began.push(now);
		return undefined;
	}
}
