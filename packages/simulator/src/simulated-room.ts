import type { Fault, FaultBoard, FaultSpec } from "./faults/fault-board.ts";

import type { PushServer } from "./push/push-server.ts";
import type { PageState, Room } from "./rooms/room.ts";
import { linksOf, type RoomLinks } from "./rooms/room-links.ts";
import type { GiftWorth, GiftWorthOptions, SentTo } from "./rooms/sent-log.ts";
import type { TotalsView } from "./traffic/gift-totals.ts";

/** The control API's view of a room. */
export interface RoomInfo {
	liveId: string;
	/** Room id of the current broadcast, or the last one. */
	roomId: string;
	status: "live" | "ended";
	page: PageState;
	escapeDepth: 1 | 2;
	title: string;
	/** Messages per second. */
	rate: number;
	/** Number of open sockets on this broadcast. */
	viewers: number;
	/** Number of messages since the simulator started, over all broadcasts. */
	generated: number;
	/** Number of them that were written to at least one client. */
	sent: number;
	/** How the room shows its totals. */
	totals: TotalsView;
	/** Whether it is a voice room. */
	voice: boolean;
	/** The anchor's ids: the number that batch calls take, and the one in links. */
	anchor: { id: string; secUid: string };
}

/** Changes of a room. */
export interface RoomChange {
	page?: PageState | undefined;
	escapeDepth?: 1 | 2 | undefined;
	title?: string | undefined;
	/** Messages per second; 0 for none. */
	rate?: number | undefined;
	/** How the room shows its totals; settings that are left out stay. */
	totals?: Partial<TotalsView> | undefined;
	/** Whether it is a voice room: the page and `web/enter` then hold nothing of its broadcast. */
	voice?: boolean | undefined;
}

/** The gifts of a broadcast, and the amounts written to each identity. */
export interface RoomTruth {
	roomId: string;
	/** Diamonds of all gifts, each once. */
	diamonds: number;
	/** Number of streaks and single gifts. */
	gifts: number;
	/** The running total as the room would show it. */
	tickets: number;
	/** The givers, the most generous first. */
	contributors: { id: string; secUid: string; diamonds: number }[];
	/** The identities to which anything was written. */
	identities: SentTo[];
}

/** A room under the control of a test: everything that the control API can do to it. */
export class SimulatedRoom {
	readonly #room: Room;
	readonly #push: PushServer;
	readonly #faults: FaultBoard;

	constructor(room: Room, push: PushServer, faults: FaultBoard) {
		this.#room = room;
		this.#push = push;
		this.#faults = faults;
	}

	/** Returns the texts that people paste to name the room. @param base base URL of the simulator's pages */
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
	 * Returns the ids (decimal) of the messages that were written to at least one client, in the room's order, each once,
	 * over all broadcasts.
	 *
	 * @param since number of them to leave out at the beginning
	 * @param identity only those written to clients of this one: a `sessionid`, or `anonymous`
	 */
	sentIds(since = 0, identity?: string): string[] {
		return this.#room.log.ids("sent", since, identity);
	}

	/**
	 * Returns the gifts of the broadcast, and the amounts written to each identity.
	 * @param roomId default the current one's
	 */
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
	 * Returns the worth of the broadcast's gifts to an identity: given, shown, and withheld.
	 *
	 * @param identity a `sessionid`, or `anonymous`
	 */
	giftWorth(identity: string, options: GiftWorthOptions = {}): GiftWorth {
		return this.#room.current.giftWorth(identity, options);
	}

	/** Returns the time at which each of these messages was last written to a client, ms since the epoch, by its id. */
	sentAts(): ReadonlyMap<string, number> {
		return this.#room.log.sentAts();
	}

	/** Returns the ids of all messages, in the room's order, whether or not a client was connected. */
	generatedIds(since = 0): string[] {
		return this.#room.log.ids("generated", since);
	}

	/** Returns the ids of the gifts among all messages; sessions without a login receive only recorded ones. */
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
	 * @param options.pageLingersMs time for which the page still says that it is live, ms; default 0
	 * @throws SimulatorError `wrong_state` if it has already ended
	 */
	end(options: { pageLingersMs?: number } = {}): void {
		this.#room.end(options.pageLingersMs ?? 0);
		this.#push.flush(this.#room.current);
	}

	/**
	 * Begins a new broadcast, with a new room id.
	 *
	 * @throws SimulatorError `wrong_state` if one is on
	 */
	begin(): void {
		this.#room.begin();
	}

	/** Starts the messages of this broadcast, if they have not started. */
	startTraffic(): void {
		this.#room.startTraffic();
	}

	/**
	 * Produces `count` messages now.
	 *
	 * @throws SimulatorError `wrong_state` if the broadcast has ended
	 */
	produce(count: number): void {
		this.#room.produce(count);
		this.#push.flush(this.#room.current);
	}

	/**
	 * Sends a message of the caller's own now.
	 *
	 * @param method the kind, e.g. `WebcastChatMessage`
	 * @param payload the encoded message of that kind
	 * @returns its id
	 * @throws SimulatorError `wrong_state` if the broadcast has ended
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

	/** Returns the active faults of this room. */
	faults(): Fault[] {
		return this.#faults.list(this.liveId);
	}

	clearFaults(): void {
		this.#faults.clear(this.liveId);
	}
}
