import type { Clock, CoverageEstimate, WireEvent } from "@livekeeper/douyin";
import { type CommittedBatch, type EventLog, isGiftEvidence, isOfService, plus } from "@livekeeper/log";
import { type GiftListener, RoomCoverage } from "./room-coverage.ts";

const minuteMs = 60_000;
/** Number of minutes kept. */
const minutes = 60;

/** Message rate and totals of a room, computed from its stored events. */
export interface RoomActivity {
	/** Messages in each of the last 60 whole minutes, oldest first; none from before the start of the service. */
	perMinute: number[];
	/**
	 * Approximate number of messages in the last 60 s: those of the running minute, plus the proportional part of the
	 * minute before.
	 */
	lastMinute: number;
	/** Number of viewers in the upstream's latest report; `undefined` before the first report. */
	viewers: number | undefined;
	/** Gifts of the broadcast in diamonds. */
	diamonds: number;
	/**
	 * Gifts received per hour, over the last hour or since its logins connected; a streak counts as one. `undefined` in
	 * the first quarter of an hour.
	 */
	giftsPerHour: number | undefined;
	/** Estimated share of its gifts that were received. */
	coverage: CoverageEstimate;
	/** Value of the gifts missing when the open platform reported its first; `undefined` if it reports none. */
	missingBeforePush?: number | undefined;
}

/** Counts each room's events as they become durable. Most events only need to be counted, not parsed. */
export class Activities {
	readonly #clock: Clock;
	readonly #gifts: GiftListener;
	readonly #rooms = new Map<string, Counter>();
	readonly #log: Pick<EventLog, "broadcasts" | "onCommitted">;
	readonly #unsubscribe: () => void;

	constructor(log: Pick<EventLog, "broadcasts" | "onCommitted">, clock: Clock, gifts: GiftListener) {
		this.#log = log;
		this.#clock = clock;
		this.#gifts = gifts;
		this.#unsubscribe = log.onCommitted((batch) => this.#committed(batch));
	}

	/** Starts counting a room, from the current state of its broadcast. */
	async watch(liveId: string): Promise<void> {
		const coverage = new RoomCoverage(liveId, this.#gifts);
		const counter = new Counter(this.#clock.now(), coverage);
		this.#rooms.set(liveId, counter);
		const broadcast = (await this.#log.broadcasts(liveId)).at(-1);
		// A room that was stopped meanwhile, and perhaps started again, is a different room.
		if (this.#rooms.get(liveId) !== counter) return;
		// An ended broadcast stays until the next begins, as it does without a restart, and as its gift coverage does.
		if (broadcast) counter.restore(broadcast);
		coverage.restore(broadcast);
	}

	forget(liveId: string): void {
		this.#rooms.delete(liveId);
	}

	/** @param loginId logins whose share of the gifts is requested; `undefined` for those that were connected last */
	of(liveId: string, loginId?: string): RoomActivity {
		return (this.#rooms.get(liveId) ?? new Counter(this.#clock.now())).view(this.#clock.now(), loginId);
	}

	close(): void {
		this.#unsubscribe();
	}

	#committed({ liveId, events }: CommittedBatch): void {
		const counter = this.#rooms.get(liveId);
		if (!counter) return;
		let messages = 0;
		for (const { type, json, seq } of events) {
			if (type === "broadcast_started" || isGiftEvidence({ type })) counter.take(JSON.parse(json) as WireEvent, seq);
			if (!isOfService(type)) messages++;
		}
		counter.add(messages, this.#clock.now());
	}
}

class Counter {
	/**
	 * Messages per minute in a ring of 61, indexed by minutes since the first, modulo 61; the newest minute is still
	 * running.
	 */
	readonly #counts = [0];
	/** Same for gifts, from the first gift on. */
	#gifts: number[] | undefined;
	readonly #firstMinute: number;
	/** Minute since which gifts are counted, because other logins receive other gifts. */
	#giftsFrom: number;
	#login: string | undefined;
	#minute: number;
	readonly #coverage: RoomCoverage;
	#viewers: number | undefined;
	#diamonds = 0;
	/** Highest sequence that the looked-up totals may include. Events up to it are not counted twice. */
	#restoredSeq = 0;
	#sinceStart: { seq: number; diamonds: number }[] | undefined = [];

	/** @param coverage of the room's gifts; without input it knows nothing */
	constructor(
		now: number,
		coverage = new RoomCoverage("", {
			onWithheld: () => undefined,
			onCounts: () => undefined,
			onOtherLogins: () => undefined,
		}),
	) {
		this.#coverage = coverage;
		this.#minute = Math.floor(now / minuteMs);
		this.#firstMinute = this.#minute;
		this.#giftsFrom = this.#minute;
	}

	restore({ diamonds, lastSeq }: { diamonds: number; lastSeq: number }): void {
		this.#restoredSeq = lastSeq;
		const later = (this.#sinceStart ?? []).filter(({ seq }) => seq > this.#restoredSeq);
		this.#sinceStart = undefined;
		this.#diamonds = later.reduce((sum, gift) => plus(sum, gift.diamonds), diamonds);
	}

	take(event: WireEvent, seq: number): void {
		this.#coverage.take(event, seq);
		if (event.type === "viewers") this.#viewers = event.online;
		else if (event.type === "connection") this.#connected(event.login);
		else if (event.type === "broadcast_started") this.#diamonds = 0;
		else if (event.type === "gift") {
			this.#diamonds = plus(this.#diamonds, event.diamonds);
			// First step of a streak.
			if (event.delta > 0 && event.delta === event.count) {
				this.#gifts ??= new Array<number>(minutes + 1).fill(0);
				this.#count(this.#gifts, 1);
			}
			this.#sinceStart?.push({ seq, diamonds: event.diamonds });
		}
	}

	#connected(login: string | undefined): void {
		if (login === undefined || login === this.#login) return;
		if (this.#login !== undefined) {
			this.#gifts = undefined;
			this.#giftsFrom = this.#minute;
		}
		this.#login = login;
	}

	add(messages: number, now: number): void {
		this.#advance(now);
		this.#count(this.#counts, messages);
	}

	#count(counts: number[], more: number): void {
		const at = this.#indexOf(this.#minute);
		counts[at] = (counts[at] ?? 0) + more;
	}

	#indexOf(minute: number): number {
		return (minute - this.#firstMinute) % (minutes + 1);
	}

	/** Gifts per hour over whole minutes. */
	get #giftsPerHour(): number | undefined {
		const passed = Math.min(minutes, this.#minute - this.#giftsFrom);
		if (passed < minutes / 4) return undefined;
		const gifts = this.#gifts ?? [];
		const now = gifts[this.#indexOf(this.#minute)] ?? 0;
		return ((gifts.reduce((sum, one) => sum + one, 0) - now) * minutes) / passed;
	}

	view(now: number, loginId: string | undefined): RoomActivity {
		this.#advance(now);
		const perMinute = Array.from({ length: minutes }, (_, i) => {
			return this.#counts[this.#indexOf(this.#minute - minutes + i)] ?? 0;
		});
		const { missingBeforePush } = this.#coverage;
		const coverage = this.#coverage.estimateOf(loginId);
		return {
			perMinute,
			lastMinute: this.#lastMinute(now),
			viewers: this.#viewers,
			diamonds: this.#diamonds,
			giftsPerHour: this.#giftsPerHour,
			coverage,
			missingBeforePush,
		};
	}

	#lastMinute(now: number): number {
		const minute = this.#counts[this.#indexOf(this.#minute)] ?? 0;
		const before = this.#counts[this.#indexOf(this.#minute - 1)] ?? 0;
		const passed = Math.min(1, Math.max(0, now / minuteMs - this.#minute));
		return Math.round(minute + before * (1 - passed));
	}

	/** Advances the ring. A clock that goes back changes nothing. */
	#advance(now: number): void {
		const minute = Math.floor(now / minuteMs);
		const first = Math.max(this.#minute + 1, minute - minutes);
		for (let passed = first; passed <= minute; passed++) {
			this.#counts[this.#indexOf(passed)] = 0;
			if (this.#gifts) this.#gifts[this.#indexOf(passed)] = 0;
		}
		this.#minute = Math.max(this.#minute, minute);
	}
}
