import {
	type Clock,
	type DouyinError,
	OverlapCursor,
	type RecentMessages,
	type SessionItem,
	type SessionRequest,
	type Timer,
} from "@livekeeper/douyin";
import { RoomFailure } from "../../rooms/index.ts";
import { roomTexts } from "../../text/index.ts";
import type { Leg, LegHost } from "./leg.ts";
import { LegMerge } from "./leg-merge.ts";
import { MergedGifts } from "./merged-gifts.ts";
import { Outbox } from "./outbox.ts";

/** For so long a message waits for another leg to pass its place, ms. */
const holdMs = 300;
/** The merge is never looked at more often than this because of time alone, ms. */
const shortestTurnMs = 10;
/** A leg is mute when it has said nothing for this long, ms, while the others brought this many messages. */
const muteMs = 30_000;
const muteMessages = 10;
const muteCheckMs = 5_000;

export interface MergedSessionOptions {
	/** The first one's first attempt goes on the room's own slot; the others begin once that has opened or failed. */
	legs: readonly Leg[];
	clock: Clock;
	/** A socket leg is aligned while polling legs run: they are not needed any more. */
	onSocket(): void;
}

/**
 * A room's session over several legs, as the contract of `DouyinUpstream.session` says. It ends when no leg stands any
 * more, with the last one's failure, or when one says that the broadcast has ended; and only after all their sockets are
 * gone.
 */
export class MergedSession implements LegHost {
	readonly #options: MergedSessionOptions;
	readonly #request: SessionRequest;
	readonly #merge: LegMerge;
	readonly #gifts: MergedGifts;
	readonly #over = new AbortController();
	/** Ends polling alone. */
	readonly #polling = new AbortController();
	readonly #timers = new Set<Timer>();
	readonly #problems = new Set<string>();
	/** Of each leg, how many messages had been put out when it last brought one. */
	readonly #heardAt = new Map<Leg, number>();
	readonly #outbox = new Outbox();
	/** Where one goes on from that has no place of its own. */
	readonly #cursor = new OverlapCursor();
	#opened = false;
	/** The room has had messages since then. */
	#placed = false;
	#failure: unknown;
	/** What each leg has missed is noted with the leg. */
	#counted = false;
	#turn: Timer | undefined;
	#begin: () => void = () => undefined;

	constructor(options: MergedSessionOptions, request: SessionRequest) {
		this.#options = options;
		this.#request = request;
		this.#gifts = new MergedGifts(request.knownStreaks);
		this.#merge = new LegMerge({ legs: options.legs.length, holdMs });
	}

	isAligned(leg: Leg): boolean {
		return this.#merge.isAligned(this.#indexOf(leg));
	}

	missedBy(leg: Leg): number {
		return this.#counted ? 0 : this.#merge.missedBy(this.#indexOf(leg));
	}

	async *items(): AsyncGenerator<SessionItem, void> {
		const { signal } = this.#request;
		const stop = () => this.#end(undefined);
		signal.addEventListener("abort", stop, { once: true });
		if (signal.aborted) stop();
		const running = this.#run();
		try {
			for (;;) {
				const items = this.#outbox.take();
				for (const item of items) yield item;
				if (items.length > 0) continue;
				if (this.#over.signal.aborted) break;
				await this.#outbox.readable();
			}
			if (!signal.aborted) throw this.#failure;
		} finally {
			signal.removeEventListener("abort", stop);
			this.#end(undefined);
			await running;
			for (const leg of this.#options.legs) leg.missed += this.missedBy(leg);
			this.#counted = true;
		}
	}

	begin(leg: Leg): Omit<SessionRequest, "signal"> {
		const { host, cursor: first, ...request } = this.#request;
		const index = this.#indexOf(leg);
		const cursor = this.#merge.cursorOf(index) ?? this.#cursor.from ?? first;
		this.#merge.begin(index, cursor !== undefined);
		const others = this.#options.legs.filter((other) => other !== leg && other.kind === "socket");
		const avoidHosts = others.flatMap((other) => other.host ?? []);
		return { ...request, cursor, host: index === 0 ? host : undefined, avoidHosts, gifts: this.#gifts };
	}

	item(leg: Leg, item: SessionItem): Promise<void> | undefined {
		const index = this.#indexOf(leg);
		const now = this.#options.clock.now();
		if (item.type === "opened") this.#open(item);
		else if (item.type === "recent") this.#recent(index, item, now);
		else if (item.type === "frame") this.#frame(leg, item, now);
		// A poll that parts from itself matters only while there is nothing else.
		else if (this.#merge.isAligned(index) && this.#aligned() === 1) this.#push(item);
		this.#settle(now);
		return this.#outbox.room;
	}

	lost(leg: Leg, failure: DouyinError): void {
		this.#without(leg);
		// Who is refused is left alone, by im/fetch as well.
		const polled = this.#options.legs.some(({ kind, upstream }) => kind === "polling" && upstream === leg.upstream);
		if (failure.reason === "blocked" && polled) this.#polling.abort();
		if (failure.reason === "broadcast_ended" || !this.#goesOn()) this.#finish(failure);
	}

	waits(leg: Leg): void {
		this.#without(leg);
		if (this.#goesOn()) return;
		const [failure] = this.#options.legs.flatMap((one) => one.failure ?? []);
		this.#finish(failure ?? new RoomFailure("network", roomTexts.noConnectionStands));
	}

	#without(leg: Leg): void {
		const now = this.#options.clock.now();
		this.#merge.gone(this.#indexOf(leg), now);
		this.#settle(now);
		this.#begin();
	}

	/** Whether a leg stands, or may be the first that does. */
	#goesOn(): boolean {
		const polls = !this.#polling.signal.aborted;
		const legs = this.#options.legs.filter(({ kind }) => kind === "socket" || polls);
		if (legs.some(({ state }) => state === "connected")) return true;
		return !this.#opened && legs.some(({ state }) => state === "connecting" || state === "idle");
	}

	/** Nobody is waited for any more. */
	#finish(failure: DouyinError): void {
		const now = this.#options.clock.now();
		for (const index of this.#options.legs.keys()) this.#merge.gone(index, now);
		this.#settle(now);
		this.#end(failure);
	}

	async #run(): Promise<void> {
		const { legs, clock } = this.#options;
		const firstBegun = new Promise<void>((resolve) => {
			this.#begin = resolve;
		});
		this.#timers.add(clock.every(muteCheckMs, () => this.#checkMute()));
		try {
			await Promise.all(legs.map((leg, index) => this.#runLeg(leg, index === 0 ? undefined : firstBegun)));
		} catch (error) {
			this.#end(error);
		} finally {
			for (const timer of this.#timers) timer.cancel();
			this.#turn?.cancel();
		}
	}

	async #runLeg(leg: Leg, before: Promise<void> | undefined): Promise<void> {
		await before;
		const signal =
			leg.kind === "polling" ? AbortSignal.any([this.#over.signal, this.#polling.signal]) : this.#over.signal;
		try {
			await leg.run(this, this.#request.liveId, signal, before === undefined);
		} catch (error) {
			this.#end(error);
		}
		if (!this.#over.signal.aborted) this.#merge.gone(this.#indexOf(leg), this.#options.clock.now());
	}

	#open(item: SessionItem & { type: "opened" }): void {
		this.#begin();
		if (this.#opened) return;
		this.#opened = true;
		this.#push(item);
	}

	#recent(index: number, item: SessionItem & { type: "recent" }, now: number): void {
		this.#merge.recent(index, item, now);
		// The room itself sees what of it belongs before the first frame, whichever leg brings that.
		if (!this.#placed) this.#pushRecent(item);
	}

	#frame(leg: Leg, frame: SessionItem & { type: "frame" }, now: number): void {
		const { events, cursor, problems } = frame;
		if (events.length > 0) this.#heardAt.set(leg, this.#merge.total + events.length);
		this.#merge.frame(this.#indexOf(leg), { events, cursor }, now);
		const fresh = problems.filter(({ id }) => this.#isNewProblem(id));
		const silent = events.length === 0 && problems.length === 0;
		if (silent || fresh.length > 0) {
			this.#push({ type: "frame", events: [], cursor: undefined, receivedAt: now, problems: fresh });
		}
	}

	/** Passes on what the merge gives, and looks again when more may go. */
	#settle(now: number): void {
		for (const merged of this.#merge.take(now)) {
			if (merged.type === "rejoined") {
				this.#push({ type: "rejoined", host: this.#options.legs[merged.leg]?.host ?? "" });
				for (const page of merged.pages) this.#pushRecent(page);
				continue;
			}
			const { events, cursor } = merged;
			this.#gifts.tell(events);
			this.#cursor.reached(cursor, events);
			this.#placed ||= this.#opened && events.length > 0;
			this.#push({ type: "frame", events, cursor, receivedAt: now, problems: [] });
		}
		this.#giveWay();
		this.#turn?.cancel();
		const { dueAt } = this.#merge;
		if (dueAt === undefined || this.#over.signal.aborted) return;
		const { clock } = this.#options;
		this.#turn = clock.after(Math.max(shortestTurnMs, dueAt - now), () => this.#settle(clock.now()));
	}

	/** A socket that brings what polling brings takes its place. */
	#giveWay(): void {
		if (this.#polling.signal.aborted) return;
		const { legs, onSocket } = this.#options;
		const socket = legs.some((leg) => leg.kind === "socket" && leg.state === "connected" && this.isAligned(leg));
		if (!socket) return;
		this.#polling.abort();
		onSocket();
	}

	#checkMute(): void {
		const { legs, clock } = this.#options;
		for (const leg of legs) {
			const said = this.#merge.total - (this.#heardAt.get(leg) ?? 0);
			const mute = leg.kind === "socket" && leg.state === "connected" && clock.now() - leg.lastMessageAt >= muteMs;
			if (mute && said >= muteMessages) {
				leg.fail(new RoomFailure("silence", roomTexts.broughtNothing(muteMs / 1000)));
			}
		}
	}

	#isNewProblem(id: string): boolean {
		if (this.#problems.has(id)) return false;
		this.#problems.add(id);
		if (this.#problems.size > 256) this.#problems.delete(this.#problems.values().next().value ?? "");
		return true;
	}

	#aligned(): number {
		return this.#options.legs.filter((leg) => this.isAligned(leg)).length;
	}

	/** What the room takes of it is told then. */
	#pushRecent(page: RecentMessages): void {
		const take = (from?: number, to?: number) => {
			const taken = page.take(from, to);
			this.#gifts.tell(taken.events);
			return taken;
		};
		this.#push({ type: "recent", preview: page.preview, take });
	}

	#push(item: SessionItem): void {
		if (this.#over.signal.aborted && this.#request.signal.aborted) return;
		if (item.type === "rejoined") this.#cursor.part();
		this.#outbox.push(item);
	}

	#end(failure: unknown): void {
		if (this.#over.signal.aborted) return;
		this.#failure = failure;
		this.#over.abort();
		this.#begin();
		this.#outbox.close();
	}

	#indexOf(leg: Leg): number {
		return this.#options.legs.indexOf(leg);
	}
}
