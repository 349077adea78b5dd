import type { Text } from "@livekeeper/base/text";
import { type Clock, sleep, systemClock, type Timer } from "@livekeeper/douyin";
import type { Admission, RoomReaders } from "@livekeeper/engine";
import type { Unsubscribe } from "@livekeeper/log";
import {
	type Connected,
	connectNats,
	entryTtlMs,
	type JetStreamEventLogOptions,
	NodeBucket,
	NodeMessages,
	openJetStreamEventLog,
	RecurringFailures,
	type SharedEventLog,
} from "@livekeeper/log/jetstream";
import { clusterTexts } from "@livekeeper/log/text";
import type { Logger } from "pino";
import type { LocalRooms } from "../live/index.ts";
import { ClusterRooms } from "./cluster-rooms.ts";
import { type NodeEntry, Presence } from "./presence.ts";
import { RequestRelay } from "./request-relay.ts";
import { SharedLimits, type SharedLimitsOptions } from "./shared-limits.ts";
import { StatusExchange, type StatusExchangeOptions } from "./status-exchange.ts";

export interface ClusterOptions extends Omit<JetStreamEventLogOptions, "view"> {
	/** This node's share of the rooms, in proportion to the other nodes. */
	weight: number;
	version: string;
	/** Time for which a node that can't reach NATS keeps its rooms connected, ms. */
	holdMs: number;
	/** Maximum time for the hand-over of rooms when the service stops, ms. */
	drainMs: number;
	logger: Logger;
	readers: RoomReaders;
	/** Returns whether another node's announcement is a valid room status. */
	isStatus: StatusExchangeOptions["isStatus"];
}

/** Public form of a view's entry. */
export interface ClusterNode extends NodeEntry {
	/** Whether it is this node. */
	isSelf: boolean;
}

/** The variable part of this node's entry. */
interface NodeSelf {
	url: string;
	draining: boolean;
	rooms: () => number;
	/** Called when another process runs under its name. */
	replaced: () => void;
	/** Called with the time until NATS acknowledged an append, ms. */
	appended: (ms: number) => void;
}

/** Counters of a cluster node since its start, and its current view. */
export interface ClusterStats {
	/** Number of rooms that run on this node. */
	rooms: number;
	/** Number of present nodes, including this one and draining ones; 0 while this one is cut off and sees none. */
	nodes: number;
	/** Numbers of rooms that came here from other nodes, were handed over while kept, and were fenced by other nodes. */
	taken: number;
	handedOver: number;
	fenced: number;
	/** Number of events that were given up because other nodes had claimed their rooms. */
	droppedEvents: number;
	/** Round trip to the NATS server, ms; `undefined` if it does not answer. */
	roundTripMs: number | undefined;
}

const drainLookMs = 100;
const measureEveryMs = 10_000;

/** This node as a member of its cluster. */
export class Cluster {
	readonly log: SharedEventLog;
	/** The log for readers on this node. */
	readonly readerLog: ReaderLog;
	readonly messages: NodeMessages;
	readonly #options: ClusterOptions;
	readonly #whenReady: Connected["whenReady"];
	readonly #presence: Presence;
	readonly #clock: Clock;
	readonly #self: NodeSelf;
	readonly #onMoved = new Set<() => void>();
	readonly #timer: Timer;
	#roundTripMs: number | undefined;
	#measuring = false;
	#exchange: StatusExchange | undefined;
	#rooms: ClusterRooms | undefined;
	#limits: SharedLimits | undefined;

	/** Connects to NATS and joins. @throws LivekeeperError `nats_unreachable`, `nats_too_old`, `nats_unsuitable` */
	static async join(options: ClusterOptions): Promise<Cluster> {
		const self: NodeSelf = {
			...{ url: "", draining: false, rooms: () => 0 },
			...{ replaced: () => undefined, appended: () => undefined },
		};
		const connected = await connectNats({ ...options, onAppended: (ms) => self.appended(ms) });
		try {
			return await enter(options, connected, self);
		} catch (error) {
			await connected.nc.close();
			throw error;
		}
	}

	constructor(
		options: ClusterOptions,
		parts: Pick<Connected, "whenReady"> & {
			log: SharedEventLog;
			presence: Presence;
			messages: NodeMessages;
			self: NodeSelf;
		},
	) {
		this.#options = options;
		this.#clock = options.nats?.clock ?? systemClock;
		this.#whenReady = parts.whenReady;
		this.log = parts.log;
		this.messages = parts.messages;
		this.#presence = parts.presence;
		this.#self = parts.self;
		this.readerLog = new ReaderLog(this.log, options.readers);
		this.#timer = this.#clock.every(measureEveryMs, () => void this.#measure());
		void this.#measure();
	}

	/** This node's name. */
	get node(): string {
		return this.#options.node;
	}

	get nodes(): ClusterNode[] {
		return this.#presence.view.nodes.map((node) => ({ ...node, isSelf: node.node === this.#options.node }));
	}

	/** Nodes that have been seen and have not left; none while this one is cut off and sees none. */
	get members(): Presence["members"] {
		return this.isCutOff ? new Map() : this.#presence.members;
	}

	/**
	 * Time for which NATS has not heard this node, ms. Its list of nodes is as old, and the others have its rooms after 8
	 * s.
	 */
	get unheardMs(): number {
		return this.#presence.unrenewedMs;
	}

	/** Whether NATS has not heard this node for long enough that the others consider it gone. */
	get isCutOff(): boolean {
		return this.#presence.unrenewedMs >= entryTtlMs;
	}

	/** Reason why it can keep no rooms right now, for people; `undefined` if it can. */
	get trouble(): Text | undefined {
		if (this.#presence.isReplaced) return clusterTexts.replaced(this.#options.node);
		return this.isCutOff ? clusterTexts.cutOff(Math.round(this.#presence.unrenewedMs / 1_000)) : undefined;
	}

	get stats(): ClusterStats {
		const { taken = 0, handedOver = 0, fenced = 0 } = this.#rooms?.counts ?? {};
		return {
			...{ rooms: this.#self.rooms(), nodes: this.isCutOff ? 0 : this.nodes.length, taken, handedOver, fenced },
			...{ droppedEvents: this.log.droppedEvents, roundTripMs: this.#roundTripMs },
		};
	}

	/** Calls the listener with the time until NATS acknowledged each append, ms; replaces an earlier listener. */
	onAppended(listener: (ms: number) => void): void {
		this.#self.appended = listener;
	}

	/** Decides which rooms' targets this node delivers. */
	readonly ownership = {
		owns: (liveId: string): boolean => this.#rooms?.ownerOf(liveId) === this.#options.node,
		onChange: (listener: () => void): (() => void) => {
			this.#onMoved.add(listener);
			return () => void this.#onMoved.delete(listener);
		},
	};

	/** Keeps rooms on the nodes of the cluster. @param local keeps those that belong to this one */
	host(local: LocalRooms): ClusterRooms {
		const { node, logger, holdMs, isStatus } = this.#options;
		const clock = this.#clock;
		const exchange = new StatusExchange({
			...{ node, clock, messages: this.messages, isStatus },
			statuses: () => local.statuses(),
			status: (liveId) => local.status(liveId),
		});
		this.#exchange = exchange;
		this.#self.rooms = () => local.liveIds.length;
		const rooms = new ClusterRooms({
			...{ node, local, log: this.log, presence: this.#presence, exchange, clock, logger, holdMs },
		});
		this.#self.replaced = () => rooms.giveUp();
		rooms.onMoved(() => this.#moved());
		this.#rooms = rooms;
		this.#moved();
		return rooms;
	}

	/** Applies the limits of connections, and the pace of handshakes, to all nodes together. */
	shareLimits(admission: Admission, watching?: SharedLimitsOptions["watching"]): void {
		const { node, logger, secret } = this.#options;
		this.#limits = new SharedLimits({
			...{ node, logger, secret, admission, watching },
			leaves: (liveId) => this.#rooms?.leaves(liveId) ?? false,
			...{ nodes: () => this.nodes, messages: this.messages, clock: this.#clock },
		});
	}

	/** Forwards requests to the nodes that can answer them. */
	relay(): RequestRelay {
		const { messages } = this;
		return new RequestRelay({ messages, node: this.#options.node, ownerOf: (liveId) => this.#rooms?.ownerOf(liveId) });
	}

	/**
	 * Reports that startup reads are done: from now on a call that NATS does not answer fails at its caller's timeout.
	 */
	started(): void {
		this.#whenReady.end();
	}

	/** Announces the address at which this node listens. */
	async listens(url: string): Promise<void> {
		this.#self.url = url;
		await this.#presence.changed();
	}

	/** Hands this node's rooms over to other nodes. @returns once they have taken them, or after `drainMs` */
	async drain(): Promise<void> {
		const { logger, drainMs } = this.#options;
		this.#self.draining = true;
		await this.#presence.changed();
		const rooms = this.#rooms;
		if (!rooms || rooms.isDrained) return;
		logger.info({ event: "draining", rooms: this.#self.rooms() });
		const endsAt = this.#clock.elapsed() + drainMs;
		while (!rooms.isDrained && this.#clock.elapsed() < endsAt) {
			await sleep(this.#clock, drainLookMs);
		}
		if (!rooms.isDrained) {
			logger.warn({ event: "not_drained", rooms: this.#self.rooms() });
		}
	}

	async #measure(): Promise<void> {
		// The last measurement has no answer yet.
		if (this.#measuring) this.#roundTripMs = undefined;
		if (this.#measuring) return;
		this.#measuring = true;
		try {
			this.#roundTripMs = await this.messages.roundTripMs();
		} catch {
			// Callers themselves report that NATS does not answer.
			this.#roundTripMs = undefined;
		} finally {
			this.#measuring = false;
		}
	}

	#moved(): void {
		this.#limits?.nodesChanged();
		for (const listener of this.#onMoved) listener();
	}

	/** Leaves the cluster. The log is closed by its owner. */
	async leave(): Promise<void> {
		this.#timer.cancel();
		this.#exchange?.close();
		this.#limits?.close();
		this.#rooms?.close();
		this.messages.close();
		await this.#presence.leave();
	}
}

async function enter(options: ClusterOptions, connected: Connected, self: NodeSelf): Promise<Cluster> {
	const { node, weight, version, logger, prefix = "lk", nats: { clock = systemClock } = {} } = options;
	const startedAt = clock.now();
	const { nc, whenReady } = connected;
	const bucket = await whenReady(() => NodeBucket.open(connected, prefix, entryTtlMs));
	const presence = await whenReady(() =>
		Presence.join({
			...{ bucket, clock, logger },
			self: () => ({
				...{ node, weight, version, startedAt },
				url: self.url,
				draining: self.draining,
				rooms: self.rooms(),
			}),
			onReplaced: () => self.replaced(),
		}),
	);
	const log = await openJetStreamEventLog({ ...options, view: () => presence.view.number }, connected);
	const recurring = new RecurringFailures();
	const messages = new NodeMessages(nc, prefix, (error) => {
		const times = recurring.came(String(error), clock.elapsed());
		if (times !== undefined) logger.warn({ event: "node_message_failed", err: error, ...(times > 1 && { times }) });
	});
	return new Cluster(options, { whenReady, log, presence, messages, self });
}

/** The readers' view of the log: while a room is read here its live events arrive here, whichever node stores them. */
class ReaderLog {
	readonly #log: Pick<SharedEventLog, "read" | "lastSeq" | "onCommitted" | "follow">;
	readonly #readers: RoomReaders;
	readonly #followed = new Map<string, Promise<Unsubscribe>>();

	constructor(log: Pick<SharedEventLog, "read" | "lastSeq" | "onCommitted" | "follow">, readers: RoomReaders) {
		this.#log = log;
		this.#readers = readers;
		readers.onChange(() => this.#unfollow());
	}

	readonly read: SharedEventLog["read"] = (liveId, query) => this.#log.read(liveId, query);

	readonly onCommitted: SharedEventLog["onCommitted"] = (listener) => this.#log.onCommitted(listener);

	/** `onCommitted` reports later events while the room is read. */
	async lastSeq(liveId: string): Promise<number> {
		await this.#follow(liveId);
		return this.#log.lastSeq(liveId);
	}

	async #follow(liveId: string): Promise<void> {
		if (!this.#readers.has(liveId)) return;
		const following = this.#followed.get(liveId) ?? this.#log.follow(liveId);
		this.#followed.set(liveId, following);
		try {
			await following;
		} catch (error) {
			if (this.#followed.get(liveId) === following) this.#followed.delete(liveId);
			throw error;
		}
	}

	#unfollow(): void {
		for (const [liveId, following] of this.#followed) {
			if (this.#readers.has(liveId)) continue;
			this.#followed.delete(liveId);
			following.then(
				(end) => end(),
				() => undefined,
			);
		}
	}
}
