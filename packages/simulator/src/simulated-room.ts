import type { Fault, FaultBoard } from "./faults/fault-board.ts";
import type { FaultSpec } from "./faults/fault-spec.ts";
import type { PushServer } from "./push/push-server.ts";
import type { PageState, Room } from "./rooms/room.ts";
import { linksOf, type RoomLinks } from "./rooms/room-links.ts";
import type { GiftWorth, GiftWorthOptions, SentTo } from "./rooms/sent-log.ts";
import type { TotalsView } from "./traffic/gift-totals.ts";

/** What the control API says about a room. */
export interface RoomInfo {
	liveId: string;
	/** Room id of the current broadcast, or the last one. */
	roomId: string;
	status: "live" | "ended";
	page: PageState;
	escapeDepth: 1 | 2;
	title: string;
	/** Messages a second. */
	rate: number;
	/** Sockets that are open on this broadcast. */
	viewers: number;
	/** Messages since the simulator started, over all broadcasts. */
	generated: number;
	/** Number of them that were written to at least one client. */
	sent: number;
	/** How the room shows what it was given. */
	totals: TotalsView;
	/** Whether people only speak in it. */
	voice: boolean;
	/** The anchor's ids: the number that batch calls take, and the one in links. */
	anchor: { id: string; secUid: string };
}

/** What may be changed of a room. */
export interface RoomChange {
	page?: PageState | undefined;
	escapeDepth?: 1 | 2 | undefined;
	title?: string | undefined;
	/** Messages a second; 0 for none. */
	rate?: number | undefined;
	/** How the room shows what it was given; what is left out stays. */
	totals?: Partial<TotalsView> | undefined;
	/** A voice room: the page and `web/enter` hold nothing of its broadcast. */
	voice?: boolean | undefined;
}

/** What a broadcast was given, and what of it was written to whom. */
export interface RoomTruth {
	roomId: string;
	/** Diamonds of all gifts, each once. */
	diamonds: number;
	/** How many streaks and single gifts there were. */
	gifts: number;
	/** The running total as the room would show it. */
	tickets: number;
	/** The givers, the most generous first. */
	contributors: { id: string; secUid: string; diamonds: number }[];
	/** The identities that anything was written to. */
	identities: SentTo[];
}

/** A room in the hands of a test: everything that the control API can do to it. */
export class SimulatedRoom {
	readonly #room: Room;
	readonly #push: PushServer;
	readonly #faults: FaultBoard;

	constructor(room: Room, push: PushServer, faults: FaultBoard) {
		this.#room = room;
		this.#push = push;
		this.#faults = faults;
	}

	/** What people paste to name the room. @param base of the simulator's pages */
	links(base: string): RoomLinks {
		return linksOf(this.#room, base);
	}

	get liveId(): string {
		return this.#room.liveId;
	}

	/** Room id of the current broadcast, or the last one. */
	get roomId(): string {
		return this.#room.current.roomId;
	}

	/** The anchor's ids: the number that batch calls take, and the one in links. */
	get anchor(): { id: string; secUid: string } {
		const { anchor } = this.#room;
		return { id: anchor.id, secUid: anchor.user.secUid ?? "" };
	}

	get live(): boolean {
		return this.#room.live;
	}

	get info(): RoomInfo {
		const { liveId, live, page, escapeDepth, title, rate, current, log, totalsView, voice } = this.#room;
		return {
			liveId,
			roomId: current.roomId,
			status: live ? "live" : "ended",
			page,
			escapeDepth,
			title,
			rate,
			viewers: this.#push.viewers(current),
			generated: log.length,
			sent: log.sentCount,
			totals: totalsView,
			voice,
			anchor: this.anchor,
		};
	}

	/**
	 * Ids (decimal) of the messages that were written to at least one client, in the room's order, each once, over all
	 * broadcasts.
	 *
	 * @param since how many to leave out at the beginning
	 * @param identity only those written to clients of this one: a `sessionid`, or `anonymous`
	 */
	sentIds(since = 0, identity?: string): string[] {
		return this.#room.log.ids("sent", since, identity);
	}

	/** What the broadcast was given, and what of it was written to whom. @param roomId default the current one's */
	truth(roomId = this.roomId): RoomTruth | undefined {
		const broadcast = this.#room.broadcast(roomId);
		if (!broadcast) return undefined;
		const { totals } = broadcast;
		return {
			roomId,
			diamonds: totals.diamonds,
			gifts: totals.gifts,
			tickets: totals.tickets(this.#room.totalsView),
			contributors: totals.top().map(({ user, score }) => {
				return { id: user.id ?? "0", secUid: user.secUid ?? "", diamonds: score };
			}),
			identities: broadcast.sentTo(),
		};
	}

	/**
	 * What the gifts of the broadcast are worth to an identity: what was given, what it was shown, what was withheld.
	 *
	 * @param identity a `sessionid`, or `anonymous`
	 */
	giftWorth(identity: string, options: GiftWorthOptions = {}): GiftWorth {
		return this.#room.current.giftWorth(identity, options);
	}

	/** When each of these messages was last written to a client, ms since the epoch, by its id. */
	sentAts(): ReadonlyMap<string, number> {
		return this.#room.log.sentAts();
	}

	/** Ids of all messages, in the room's order, whether anybody was there or not. */
	generatedIds(since = 0): string[] {
		return this.#room.log.ids("generated", since);
	}

	/** Ids of the gifts among all messages, which sessions without a login are not given, unless they were recorded. */
	giftIds(): string[] {
		return this.#room.log.ids("gifts");
	}

	change(change: RoomChange): void {
		if (change.page !== undefined) this.#room.page = change.page;
		if (change.escapeDepth !== undefined) this.#room.escapeDepth = change.escapeDepth;
		if (change.voice !== undefined) this.#room.voice = change.voice;
		if (change.title !== undefined) this.#room.title = change.title;
		if (change.rate !== undefined) this.#room.setRate(change.rate);
		if (change.totals) this.#room.totalsView = { ...this.#room.totalsView, ...change.totals };
	}

	/**
	 * Ends the broadcast: a control message with action 3, then silence. The sockets stay open.
	 *
	 * @param options.pageLingersMs for how long the page goes on saying that it is live; default 0
	 * @throws SimulatorError `wrong_state` when it has ended
	 */
	end(options: { pageLingersMs?: number } = {}): void {
		this.#room.end(options.pageLingersMs ?? 0);
		this.#push.flush(this.#room.current);
	}

	/**
	 * Begins a new broadcast, with a new room id.
	 *
	 * @throws SimulatorError `wrong_state` when one is on
	 */
	begin(): void {
		this.#room.begin();
	}

	/** Starts the traffic of this broadcast, if it has not started. */
	startTraffic(): void {
		this.#room.startTraffic();
	}

	/**
	 * Lets `count` messages happen now.
	 *
	 * @throws SimulatorError `wrong_state` when the broadcast has ended
	 */
	produce(count: number): void {
		this.#room.produce(count);
		this.#push.flush(this.#room.current);
	}

	/**
	 * Lets a message of the caller's own happen now.
	 *
	 * @param method the kind, e.g. `WebcastChatMessage`
	 * @param payload the encoded message of that kind
	 * @returns its id
	 * @throws SimulatorError `wrong_state` when the broadcast has ended
	 */
	push(method: string, payload: Uint8Array): string {
		const id = this.#room.insert({ method, payload });
		this.#push.flush(this.#room.current);
		return id;
	}

	/** @throws SimulatorError `bad_fault` */
	setFault(fault: FaultSpec): Fault {
		return this.#faults.add(fault, this.liveId);
	}

	/** The faults of this room that are on. */
	faults(): Fault[] {
		return this.#faults.list(this.liveId);
	}

	clearFaults(): void {
		this.#faults.clear(this.liveId);
	}
}
