import type { Clock, CoverageEstimate, WireEvent } from "@livekeeper/douyin";
import { type CommittedBatch, type EventLog, isOfService, plus, tellsOfGifts } from "../event-log/index.ts";
import { type GiftListener, RoomCoverage } from "./gift-coverage/index.ts";

const minuteMs = 60_000;
/** Minutes that are kept. */
const minutes = 60;

/** How a room talks, from what was stored of it. */
export interface RoomActivity {
	/** Messages in each of the last 60 whole minutes, oldest first; none from before the service was started. */
	perMinute: number[];
	/** Messages in the last 60 s, about: of the minute that is under way, and of the one before in proportion. */
	lastMinute: number;
	/** People watching, as the upstream last told; `undefined` before it has. */
	viewers: number | undefined;
	/** Gifts of the broadcast, in diamonds. */
	diamonds: number;
	/** Gifts that came in an hour, by the last one, or since its logins are connected; a streak is one. `undefined` in the first quarter. */
	giftsPerHour: number | undefined;
	/** How many of its gifts came. */
	coverage: CoverageEstimate;
	/** Worth of the gifts missing when the open platform reported its first; `undefined` where it reports none. */
	missingBeforePush?: number | undefined;
}

/** Counts what each room says as it becomes durable; of most events it needs no more than their number. */
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

	/** Begins to count a room, from the current state of its broadcast. */
	async watch(liveId: string): Promise<void> {
		const coverage = new RoomCoverage(liveId, this.#gifts);
		const counter = new Counter(this.#clock.now(), coverage);
		this.#rooms.set(liveId, counter);
		const broadcast = (await this.#log.broadcasts(liveId)).at(-1);
		// A room that was stopped meanwhile, and perhaps started again, is another room.
		if (this.#rooms.get(liveId) !== counter) return;
		// One that is over stays until the next begins, as it does without a restart, and as its gift coverage does.
		if (broadcast) counter.restore(broadcast);
		coverage.restore(broadcast);
	}

	forget(liveId: string): void {
		this.#rooms.delete(liveId);
	}

	/** @param loginId the logins whose share of the gifts is asked for; `undefined`: those that were connected last */
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
			if (type === "broadcast_started" || tellsOfGifts({ type })) counter.take(JSON.parse(json) as WireEvent, seq);
			if (!isOfService(type)) messages++;
		}
		counter.add(messages, this.#clock.now());
	}
}

class Counter {
	/** Of the newest 61 minutes, by how many passed since the first, modulo 61; the newest is not over yet. */
	readonly #counts = [0];
	/** The same of gifts, from the first on. */
	#gifts: number[] | undefined;
	readonly #firstMinute: number;
	/** Since which minute gifts are counted: other logins are shown others. */
	#giftsFrom: number;
	#login: string | undefined;
	#minute: number;
	readonly #coverage: RoomCoverage;
	#viewers: number | undefined;
	#diamonds = 0;
	/** What came while the broadcast was looked up may be part of what that told: it is counted once. */
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
			// The first step of a streak.
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

	/** Of whole minutes. */
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

	/** A clock that goes back changes nothing. */
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
