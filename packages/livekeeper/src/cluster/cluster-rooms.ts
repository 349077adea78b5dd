import { Listeners } from "@livekeeper/base/listeners";
import type { RoomOptions } from "@livekeeper/base/room-options";
import type { Clock, Timer } from "@livekeeper/douyin";
import type { SharedEventLog } from "@livekeeper/log/jetstream";
import { clusterTexts } from "@livekeeper/log/text";
import type { Logger } from "pino";
import { emptyStatus, type LiveRoomStatus, type LocalRooms, type RoomHost } from "../live/index.ts";
import { Placement } from "./placement.ts";
import type { Presence, View } from "./presence.ts";
import type { StatusExchange } from "./status-exchange.ts";

export interface ClusterRoomsOptions {
	/** This node's name. */
	node: string;
	local: LocalRooms;
	log: Pick<SharedEventLog, "release" | "onFenced">;
	presence: Pick<Presence, "view" | "onView" | "unrenewedMs" | "unheardMs">;
	exchange: StatusExchange;
	clock: Clock;
	logger: Logger;
	/** Time for which a node that can't reach NATS keeps its rooms connected, ms. */
	holdMs: number;
}

interface KeptRoom {
	options: RoomOptions;
	/** ms since the epoch. */
	since: number;
	/** State and health as announced last. */
	lastAnnounced: string;
	/** Set after a failed start: time before which it is not retried, ms by `Clock.elapsed`. */
	notBefore?: number;
}

/** Time for which the view must be unchanged before rooms move, ms. */
const settleMs = 1_500;
const checkEveryMs = 500;
/** Time without a renewal after which the state of a node's rooms is unknown, ms. */
const unheardMs = 5_000;
/** Delay before a failed start of a room is retried, ms. */
const retryMs = 30_000;
/** States in which a room works and therefore has taken its log over. */
const worksStates: ReadonlySet<string> = new Set(["connected", "waiting", "not_found"]);
/** States after a failure, possibly before the log was taken over. */
const failedStates: ReadonlySet<string> = new Set(["reconnecting", "blocked"]);
/**
 * Number of failed attempts in a row here after which a room is released although its next node fails as well: one node
 * that tries is enough.
 */
const maxFailures = 5;

/**
 * Keeps rooms on the nodes of a cluster. The owner of a room follows from the present nodes; a node runs the rooms it
 * owns, and knows the others from their nodes' announcements. A room that moves runs on until its new owner has taken
 * over its log, so for a moment two nodes are connected and no message is missed.
 */
export class ClusterRooms implements RoomHost {
	readonly #options: ClusterRoomsOptions;
	readonly #kept = new Map<string, KeptRoom>();
	/** Rooms that are being released. */
	readonly #ending = new Map<string, Promise<void>>();
	readonly #listeners: Listeners<LiveRoomStatus>;
	readonly #timer: Timer;
	readonly #unsubscribe: (() => void)[];
	#placement = new Placement([]);
	#members = "";
	#onMoved: () => void = () => undefined;
	#changedAt = Number.NEGATIVE_INFINITY;
	/** By `Clock.elapsed`, ms. */
	#settlesAt = Number.NEGATIVE_INFINITY;
	/** Number of messages from other nodes up to that time. */
	#heardBefore = 0;
	/** Whether it runs no rooms because NATS does not hear it. */
	#suspended = false;
	/** Whether it never runs rooms again. */
	#givenUp = false;
	/** Counts of rooms moved in, moved away and fenced, since the start. */
	readonly counts = { taken: 0, handedOver: 0, fenced: 0 };

	constructor(options: ClusterRoomsOptions) {
		const { presence, log, local, exchange, clock, logger } = options;
		this.#options = options;
		this.#listeners = new Listeners((error) => logger.error({ event: "listener_failed", err: error }));
		this.#see(presence.view);
		this.#changedAt = Number.NEGATIVE_INFINITY;
		this.#settlesAt = Number.NEGATIVE_INFINITY;
		this.#unsubscribe = [
			presence.onView((view) => this.#see(view)),
			log.onFenced(({ liveId }) => this.#fenced(liveId)),
			local.onStatus((status) => this.#localChanged(status)),
		];
		exchange.onAnnounced((node, status) => this.#remoteAnnounced(node, status));
		this.#timer = clock.every(checkEveryMs, () => this.#check());
	}

	/** @returns the node's name; `undefined` if no node takes rooms */
	ownerOf(liveId: string): string | undefined {
		return this.#placement.ownerOf(liveId);
	}

	/** Returns whether a room that may run here is to be handed over to another node. */
	leaves(liveId: string): boolean {
		const owner = this.ownerOf(liveId);
		return owner !== undefined && owner !== this.#options.node;
	}

	start(liveId: string, options: RoomOptions, was: "kept" | "new"): void {
		if (this.#isOwn(liveId) && !this.#ending.has(liveId)) this.#run(liveId, options, was);
		this.#kept.set(liveId, { options, since: this.#options.clock.now(), lastAnnounced: "" });
	}

	change(liveId: string, options: RoomOptions): void {
		const { local } = this.#options;
		if (local.has(liveId)) local.change(liveId, options);
		const kept = this.#kept.get(liveId);
		if (kept) kept.options = options;
	}

	stop(liveId: string): Promise<void> {
		this.#kept.delete(liveId);
		this.#options.exchange.forget(liveId);
		return this.#end(liveId);
	}

	status(liveId: string): LiveRoomStatus | undefined {
		const { local, exchange, node } = this.#options;
		const kept = this.#kept.get(liveId);
		if (!kept) return undefined;
		const owner = this.ownerOf(liveId);
		const announced = owner === undefined || owner === node ? undefined : exchange.of(liveId, owner);
		if (announced && worksStates.has(announced.state)) return this.#asOfNow(announced);
		// Until then its former node keeps it.
		const here = local.status(liveId);
		const known = here ?? announced ?? exchange.last(liveId, this.#heardBefore);
		if (known) return here ?? this.#asOfNow(known);
		const message = owner === undefined ? clusterTexts.noNode : clusterTexts.startsOn(owner);
		// It may have belonged to another node until the nodes changed.
		const since = Math.max(kept.since, this.#changedAt);
		return {
			...emptyStatus({ liveId, options: kept.options, message, since }),
			...(owner && { node: owner }),
		};
	}

	/** Returns an announced status, marked as outdated if NATS has not heard its node for a while. */
	#asOfNow(announced: LiveRoomStatus): LiveRoomStatus {
		const { node, state } = announced;
		const ms = node === undefined ? 0 : this.#options.presence.unheardMs(node);
		if (node === undefined || ms < unheardMs) return announced;
		const evidence = [clusterTexts.nodeUnheard(node, Math.round(ms / 1_000))];
		return { ...announced, evidence, ...(state === "connected" && { health: "degraded" }) };
	}

	statuses(): LiveRoomStatus[] {
		return Array.from(this.#kept.keys()).flatMap((liveId) => this.status(liveId) ?? []);
	}

	qualityHistory(liveId: string): ReturnType<RoomHost["qualityHistory"]> {
		return this.#options.local.qualityHistory(liveId);
	}

	onStatus(listener: (status: LiveRoomStatus) => void): () => void {
		return this.#listeners.add(listener);
	}

	/** Called when rooms may have changed owners. */
	onMoved(listener: () => void): void {
		this.#onMoved = listener;
	}

	close(): void {
		this.#timer.cancel();
		for (const end of this.#unsubscribe) end();
	}

	/** Releases all rooms and takes none from now on, because another process runs under this node's name. */
	giveUp(): void {
		this.#givenUp = true;
	}

	/** Whether no room runs here, or no other node could take the rooms that do. */
	get isDrained(): boolean {
		const { local, node } = this.#options;
		const isAlone = !this.#options.presence.view.nodes.some((other) => other.node !== node && !other.draining);
		return isAlone || (local.liveIds.length === 0 && this.#ending.size === 0);
	}

	#isOwn(liveId: string): boolean {
		return !this.#suspended && !this.#givenUp && this.ownerOf(liveId) === this.#options.node;
	}

	#see({ nodes }: View): void {
		const members = nodes.filter(({ draining }) => !draining).map(({ node, weight }) => ({ node, weight }));
		const key = JSON.stringify(members);
		if (key === this.#members) return;
		const { clock, logger, exchange } = this.#options;
		this.#members = key;
		this.#placement = new Placement(members);
		this.#changedAt = clock.now();
		this.#settlesAt = clock.elapsed() + settleMs;
		this.#heardBefore = exchange.heardMessages;
		this.#onMoved();
		const names = members.map(({ node }) => node);
		// A node that has just joined knows nothing about the rooms.
		exchange.announceAll();
		logger.info({ event: "view_changed", nodes: names });
	}

	/** Called periodically: starts and ends the rooms that are due. */
	#check(): void {
		const { presence, clock, local } = this.#options;
		this.#suspend(presence.unrenewedMs > this.#options.holdMs);
		if (clock.elapsed() < this.#settlesAt) return;
		for (const liveId of local.liveIds) {
			if (this.#suspended || this.#givenUp || this.#isTakenOver(liveId)) void this.#end(liveId);
		}
		for (const [liveId, kept] of this.#kept) this.#begin(liveId, kept);
	}

	#begin(liveId: string, kept: KeptRoom): void {
		const { local, logger, clock } = this.#options;
		const { options, notBefore = 0 } = kept;
		if (clock.elapsed() < notBefore) return;
		if (local.has(liveId) || this.#ending.has(liveId) || !this.#isOwn(liveId)) return;
		try {
			// It was kept until now, here or elsewhere, so its stored state is requested and its absence reported.
			this.#run(liveId, options, "kept");
			this.counts.taken++;
		} catch (error) {
			kept.notBefore = clock.elapsed() + retryMs;
			logger.error({ event: "room_not_started", live_id: liveId, err: error });
		}
	}

	#run(liveId: string, options: RoomOptions, was: "kept" | "new"): void {
		const { local, exchange } = this.#options;
		local.start(liveId, options, was);
		// Announcements of its former node say nothing about the next one.
		exchange.forget(liveId);
	}

	/**
	 * Returns whether the room can be released here: its new owner has reported that it works, and so has taken over its
	 * log; or it fails on both nodes, or is no longer kept; or one of the two waits for a connection and there is none
	 * here to lose.
	 */
	#isTakenOver(liveId: string): boolean {
		const { exchange, node, local } = this.#options;
		if (!this.#kept.has(liveId)) return true;
		const owner = this.ownerOf(liveId);
		if (owner === undefined || owner === node) return false;
		// Announcements from before the nodes changed belong to an earlier ownership, maybe hours ago.
		const announced = exchange.of(liveId, owner, this.#heardBefore);
		if (!announced) return false;
		const { state: here = "idle", reconnectCount: failuresHere = 0 } = local.status(liveId) ?? {};
		if (here === "queued" || (announced.state === "queued" && here === "reconnecting")) return true;
		return worksStates.has(announced.state) || (failedStates.has(announced.state) && failuresHere >= maxFailures);
	}

	#fenced(liveId: string): void {
		this.counts.fenced++;
		void this.#end(liveId);
	}

	/** Releases the room's connection, and its log once the queue is stored. */
	#end(liveId: string): Promise<void> {
		const known = this.#ending.get(liveId);
		if (known) return known;
		const { local, log, logger } = this.#options;
		if (!local.has(liveId)) return Promise.resolve();
		if (this.#kept.has(liveId)) this.counts.handedOver++;
		const gone = local.stop(liveId);
		const ended = gone
			.then(() => log.release(liveId))
			.then((lost) => {
				if (lost > 0) logger.warn({ event: "events_lost", live_id: liveId, lost });
			})
			.catch((error: unknown) => {
				logger.error({ event: "room_not_released", live_id: liveId, err: error });
			})
			.finally(() => this.#ending.delete(liveId));
		this.#ending.set(liveId, ended);
		return gone;
	}

	/**
	 * Suspends a node that NATS does not hear: it keeps its sockets for a while, then closes them, because other nodes
	 * have its rooms.
	 */
	#suspend(suspended: boolean): void {
		if (suspended === this.#suspended) return;
		this.#suspended = suspended;
		const { logger, holdMs } = this.#options;
		if (suspended) logger.error({ event: "node_cut_off", hold_ms: holdMs });
		else logger.info({ event: "node_back" });
	}

	#localChanged(status: LiveRoomStatus): void {
		this.#options.exchange.changed(status.liveId);
		const owner = this.ownerOf(status.liveId);
		if (owner === undefined || owner === this.#options.node) this.#listeners.call(status);
	}

	#remoteAnnounced(node: string, status: LiveRoomStatus): void {
		const kept = this.#kept.get(status.liveId);
		if (!kept || this.ownerOf(status.liveId) !== node) return;
		const announced = `${status.state} ${status.health} ${status.since}`;
		if (announced === kept.lastAnnounced) return;
		kept.lastAnnounced = announced;
		this.#listeners.call(status);
	}
}
