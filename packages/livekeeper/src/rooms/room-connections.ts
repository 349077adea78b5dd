import { type DouyinError, failureClasses, orAbort, type RoomLookup } from "@livekeeper/douyin";
import { decisionTexts, roomTexts } from "../text/index.ts";
import { muteMs } from "./connection-tally.ts";
import { lookUp } from "./look-up.ts";
import type { Hold } from "./reconnect-strategy.ts";
import type { Room } from "./room.ts";
import { RoomConnection, type RoomSession } from "./room-connection.ts";
import { type Plan, type Target, unreadableMemory } from "./room-decisions.ts";
import { RoomFailure } from "./room-failure.ts";
import type { Recall, RoomStore } from "./room-memory.ts";
import type { ConnectionRoute, RoomConnectionStatus } from "./room-route.ts";

/** From the first connection that stands until none does any more. */
export interface Standing {
	readonly target: Target;
	/** Aborts when none does. */
	readonly over: AbortSignal;
}

/** So many sockets in a row are refused before the room is polled instead. */
const refusedBeforePolling = 3;

/**
 * The connections of one room. The first one finds the broadcast; the others are made once that one stands, or has
 * failed, and polling when sockets are refused. Each is tried again on its own.
 */
export class RoomConnections {
	readonly #room: Room;
	#all: readonly RoomConnection[] = [];
	#over = new AbortController();
	/** Until all connections have ended that there were. */
	#running: Promise<unknown> = Promise.resolve();
	/** Since one stands. */
	standing: Standing | undefined;
	#down = new AbortController();
	/** Until it has been read: nothing is done without it, since what it knows would be said and asked for anew. */
	#recall: Recall | undefined;
	/** Until the room was taken over. */
	#claim: Recall | undefined;
	#claiming: Promise<void> | undefined;
	/** The broadcast to connect to, as far as is known. */
	target: Target | undefined;
	/** Until when an identity is left alone that the upstream has refused to the room, ms. */
	readonly #refusedUntil = new Map<string, number>();
	/** First sockets that were refused in a row. */
	#refused = 0;
	/** Why the last of these was: while it is polled, what its push socket last met. */
	refusal: DouyinError | undefined;
	/** Ids of undecodable messages that were counted, the oldest first: one that several connections bring counts once. */
	readonly problems = new Set<string>();

	constructor(room: Room) {
		this.#room = room;
	}

	/** There is more than one that may bring anything. */
	get areSeveral(): boolean {
		let busy = 0;
		// Asked with every frame.
		for (const { isIdle } of this.#all) if (!isIdle) busy++;
		return busy > 1;
	}

	/** There is no socket: what there is to hear is asked for again and again. */
	get polling(): boolean {
		return this.#all.some(({ route, stands }) => stands && route.kind === "polling");
	}

	/** Of the first that stands. */
	get host(): string | undefined {
		return this.#all.find(({ stands }) => stands)?.host;
	}

	/** The connections, where they are more than one socket. */
	status(): RoomConnectionStatus[] {
		const shown = this.#all.filter(({ route, isIdle }) => route.kind === "socket" || !isIdle);
		return shown.length > 1 ? shown.map((one) => one.status()) : [];
	}

	/**
	 * Begins.
	 * @param before waited for first
	 * @param store what is stored of the room
	 */
	start(before: Promise<void> = Promise.resolve(), { recall, claim }: Partial<RoomStore> = {}): void {
		this.#recall = recall;
		this.#claim = claim;
		this.#begin(before);
	}

	/** @returns when all sockets are gone */
	async stop(): Promise<void> {
		this.#over.abort();
		await this.#running;
	}

	/** The room's route is another one: connections are made anew. */
	renew(): void {
		this.#over.abort();
		this.#begin(this.#running);
	}

	#begin(before: Promise<unknown>): void {
		const over = new AbortController();
		this.#over = over;
		const { connections } = this.#room.route;
		this.#all = connections.map((route, source) => new RoomConnection(this.#room, { route, source }));
		const run = () => Promise.all(this.#all.map((one) => one.run(over.signal)));
		this.#running = before.then(() => (over === this.#over ? run() : undefined));
	}

	/** What is stored of the room is known, or nothing is, and no other process tells of it: it may add to that. */
	get remembers(): boolean {
		return !this.#recall && !this.#claim;
	}

	/** Reads what is stored, once. @returns why it could not be read */
	async remember(signal: AbortSignal): Promise<DouyinError | undefined> {
		if (!this.#recall) return undefined;
		try {
			const memory = await orAbort(this.#recall(), signal);
			this.#room.recall(memory);
			this.#recall = undefined;
			return undefined;
		} catch (error) {
			return unreadableMemory(error);
		}
	}

	/** Takes the room over from another process, once. @returns why that could not be done */
	async takeOver(signal: AbortSignal): Promise<DouyinError | undefined> {
		const claim = this.#claim;
		if (!claim) return undefined;
		this.#claiming ??= claim().then((memory) => {
			this.#claim = undefined;
			this.#room.recall(memory);
		});
		try {
			await orAbort(this.#claiming, signal);
			return undefined;
		} catch (error) {
			return unreadableMemory(error);
		} finally {
			this.#claiming = undefined;
		}
	}

	/** Looks the room's page up: where the upstream refuses the identity, by another one that it has not refused. */
	async lookUp(signal: AbortSignal): Promise<RoomLookup> {
		for (;;) {
			const route = this.pageRoute ?? this.#room.route.connections[0];
			const lookup = await lookUp(this.#room, this.#room.settings.lookupLimitMs, signal);
			if (signal.aborted || lookup.status !== "unknown" || lookup.failure.reason !== "blocked") return lookup;
			this.#leaveAlone(route, lookup.failure);
			if (!this.pageRoute) return lookup;
		}
	}

	/** By which the page is looked at: the first whose identity is neither refused nor rests. */
	get pageRoute(): ConnectionRoute | undefined {
		const now = this.#room.elapsed();
		const isBarred = (identity: string) =>
			this.refusalOf(identity) !== undefined || this.#room.deps.reconnect.bars(identity, now);
		return this.#all.find(({ route }) => route.kind === "socket" && !isBarred(route.identity))?.route;
	}

	/** What holds an identity back that the upstream has refused to this room. */
	refusalOf(identity: string): Hold | undefined {
		const delayMs = (this.#refusedUntil.get(identity) ?? 0) - this.#room.elapsed();
		return delayMs > 0 ? { delayMs, why: decisionTexts.leftAlone, reason: "blocked" } : undefined;
	}

	/** May a connection be tried now? What it has to wait for: its identity was refused to the room, or the strategy says so. */
	heldBack({ key }: RoomConnection): Hold | undefined {
		return this.refusalOf(key.identity) ?? this.#room.deps.reconnect.admit(key, this.#room.elapsed());
	}

	/** Whether one stands. @param beside another than this one */
	stands(beside?: RoomConnection): boolean {
		return this.#all.some((one) => one !== beside && one.stands);
	}

	/** Whether a socket stands. @param beside another than this one */
	hasSocket(beside?: RoomConnection): boolean {
		return this.#all.some((one) => one !== beside && one.stands && one.route.kind === "socket");
	}

	/** When one of the others is tried again, ms; `Infinity`: none is. */
	nextAttemptAt(beside: RoomConnection): number {
		const others = this.#all.filter((one) => one !== beside);
		return Math.min(...others.map(({ nextAttemptAt }) => nextAttemptAt), Number.POSITIVE_INFINITY);
	}

	/** The room's last connection was lost, and is not tried again by itself: where another waits for a permit, so does the room. */
	tellQueued(lost: RoomConnection): void {
		if (this.stands(lost) || this.nextAttemptAt(lost) < Number.POSITIVE_INFINITY) return;
		this.#all.find(({ isQueued }) => isQueued)?.tellQueued();
	}

	/** Moves all attempts, unless a socket stands. @returns whether the room waits for them: it has no connection */
	moveAttempt(at: number): boolean {
		if (this.hasSocket()) return false;
		return this.#all.map((one) => one.moveAttempt(at)).includes(true) && !this.stands();
	}

	/** All go over to another plan; the state has been entered by the caller. */
	interrupt(plan: Plan): void {
		const [own] = this.#all;
		if (own) own.interrupt({ ...plan, at: this.follow(own, plan) });
	}

	/** Ends all that stand as if they had failed. @param target the broadcast goes on as this */
	fail(failure: DouyinError, target?: Target): void {
		this.target = target ?? this.target;
		for (const one of this.#all.filter(({ stands }) => stands)) one.fail(failure, target);
	}

	/** To be called every few seconds: finds handshakes that hang, and connections that are mute beside others. */
	check(): void {
		const { connectLimitMs } = this.#room.settings;
		for (const one of this.#all) {
			const seconds = Math.round(connectLimitMs / 1000);
			if (one.connectingMs >= connectLimitMs) one.fail(new RoomFailure("timeout", roomTexts.noConnection(seconds)));
			else if (one.isMute) one.fail(new RoomFailure("silence", roomTexts.broughtNothing(muteMs / 1000)));
		}
	}

	/** Whether another connection may be tried now. */
	othersMay(one: RoomConnection): boolean {
		const others = this.#all.filter((other) => other !== one && other.route.kind === "socket");
		return others.some((other) => !this.heldBack(other));
	}

	/** An identity rests from now on: its sessions are ended, and go on when they may. */
	endSessionsOf(identity: string): void {
		const { target } = this;
		for (const one of this.#all) {
			const goesOn = one.route.identity === identity && (one.stands || one.isConnecting);
			if (goesOn && target) one.interrupt({ do: "connect", target });
		}
	}

	get sessions(): RoomSession[] {
		return this.#all.map(({ session }) => session);
	}

	/**
	 * One goes over to a plan. The others go with it, where that is another broadcast or none: they are begun anew once the
	 * one stands. @returns when, ms
	 */
	follow(one: RoomConnection, plan: Plan): number {
		const target = plan.do === "connect" ? plan.target : undefined;
		if (target?.roomId !== this.target?.roomId) for (const other of this.#all) if (other !== one) other.rest();
		this.target = target;
		// The page has given a definite answer: what has failed before says nothing of the next broadcast.
		if (!target) for (const each of this.#all) each.attempt = 0;
		// The room's own connection finds the next broadcast.
		if (target || one.source === 0) return one.planned(plan);
		this.#all[0]?.interrupt(plan);
		return Number.POSITIVE_INFINITY;
	}

	/** One has been opened. */
	opened(one: RoomConnection): void {
		if (!this.standing && this.target) {
			this.#down = new AbortController();
			this.standing = { target: this.target, over: this.#down.signal };
		}
		this.beginOthers(one);
	}

	/** One has brought a frame. A socket that is synced takes the place of polling. */
	took(one: RoomConnection): void {
		const poll = this.#poll;
		if (!poll || poll.isIdle || one === poll || !one.isSynced) return;
		poll.rest();
		this.#refused = 0;
		this.#room.log("info", "polling_ended", "【√】推送连接已恢复，停止轮询");
	}

	/** One was lost or could not be made. @param proven it had brought a frame @returns whether it is not to be tried again */
	lost(one: RoomConnection, failure: DouyinError, proven: boolean): boolean {
		const poll = this.#poll;
		const { reason } = failure;
		if (reason === "blocked") this.#leaveAlone(one.route, failure);
		if (one === poll) {
			// A poll that fails as well leaves the next turn to the socket alone, which may have been resting meanwhile.
			if (!proven) {
				this.#refused = 0;
				this.#all[0]?.begin();
			}
			return !proven;
		}
		// Who is refused is left alone, by im/fetch as well.
		if (reason === "blocked" && poll?.route.upstream === one.route.upstream) poll.rest();
		if (one.source === 0 && !this.stands(one)) {
			this.#refused = proven || !failureClasses[reason].mayPoll ? 0 : this.#refused + 1;
			this.refusal = failure;
			if (this.#refused >= refusedBeforePolling) this.poll();
		}
		if (reason !== "storage") this.beginOthers(one);
		return false;
	}

	/** The session of one is over. */
	closed(one: RoomConnection): void {
		if (this.stands(one)) return;
		this.#room.connection.disconnected(this.#room.elapsed());
		this.#down.abort();
		this.standing = undefined;
	}

	/** The hosts that others stand on. */
	hostsBeside(one: RoomConnection): string[] {
		const others = this.#all.filter((other) => other !== one && other.stands && other.route.kind === "socket");
		return others.flatMap(({ host }) => host ?? []);
	}

	get #poll(): RoomConnection | undefined {
		return this.#all.find(({ route }) => route.kind === "polling");
	}

	/** It is to be polled until it has a socket. */
	poll(): void {
		if (!this.#poll?.isIdle || !this.target) return;
		const fields = { refused: this.#refused };
		this.#room.log("info", "polling_began", "【!】推送连接多次被拒，暂以轮询方式接收消息", fields);
		this.#poll.begin();
	}

	/** One was refused: by the same identity no other is tried before that is waited out. */
	#leaveAlone({ identity, upstream }: ConnectionRoute, { retryAfterMs = 0 }: DouyinError): void {
		const forMs = Math.max(retryAfterMs, this.#room.settings.blockedDelayMs);
		const until = this.#room.elapsed() + forMs;
		this.#refusedUntil.set(identity, until);
		for (const one of this.#all) if (one.route.upstream === upstream) one.leaveAlone(until);
	}

	/** The other sockets are begun: one stands, has failed, or has to wait for long. */
	beginOthers(one: RoomConnection): void {
		for (const other of this.#all) if (other !== one && other.route.kind === "socket") other.begin();
	}
}
