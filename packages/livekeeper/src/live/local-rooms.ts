import type { RoomOptions } from "@livekeeper/base/room-options";
import type { Clock, LiveEvent } from "@livekeeper/douyin";
import type {
	PersistentConnectionManager,
	QualityPoint,
	RoomMemory,
	RoomStatus,
	StorageTrouble,
} from "@livekeeper/engine";
import { roomTexts } from "@livekeeper/engine/text";
import type { EventLog, EventLogStatus } from "@livekeeper/log";
import type { Logger } from "pino";
import type { OfficialStatus } from "../official/index.ts";
import { Activities } from "./activity.ts";
import { recall } from "./recall.ts";
import { withheldEvent } from "./room-coverage.ts";
import type { LiveRoomStatus, RoomHost } from "./room-host.ts";
import { RoomQueue } from "./room-queue.ts";

export interface LocalRoomsOptions {
	manager: PersistentConnectionManager;
	/** Destination of the rooms' events. */
	log: EventLog;
	clock: Clock;
	logger: Logger;
	/** Called with rooms' events that are about to be stored; may change how they are counted. */
	settle?: ((events: readonly LiveEvent[]) => void) | undefined;
	/** Returns the status of the open platform's push for a room. Default: no room has one. */
	officialStatus?: ((liveId: string) => OfficialStatus | undefined) | undefined;
	/**
	 * Makes this process the only one that stores a room's events, before its first connection. Default: it already is.
	 */
	claim?: ((liveId: string) => Promise<void>) | undefined;
	/** Called when this process owns the room, before any event of it is stored; called again while it throws. */
	onOwn?: ((liveId: string) => Promise<void>) | undefined;
	/** Name of this process's node in the cluster. */
	node?: string | undefined;
	/** Time at which the service last ran before this start, ms since the epoch. Default: unknown, or it never ran. */
	downSince?: number | undefined;
}

interface LocalRoom {
	/** Queue to the log. */
	queue: RoomQueue;
	/** Whether this process alone stores its events. */
	isOwn: boolean;
}

/** Keeps rooms connected in this process and passes their events to the log. */
export class LocalRooms implements RoomHost {
	readonly #options: LocalRoomsOptions;
	readonly #rooms = new Map<string, LocalRoom>();
	readonly #activities: Activities;
	readonly #unsubscribe: readonly (() => void)[];

	constructor(options: LocalRoomsOptions) {
		const { log, clock, manager } = options;
		this.#options = options;
		this.#activities = new Activities(log, clock, {
			onWithheld: (liveId, roomId, interval) => {
				// The site withholds nothing that the open platform pushes; those gifts may come late, by look-ups.
				if (this.#pushedSince(liveId, roomId) <= interval.from) return;
				const event = withheldEvent(interval, { liveId, roomId, now: clock.now() });
				this.#rooms.get(liveId)?.queue.push([event]);
			},
			onCounts: (liveId, counts) => {
				const pushed = options.officialStatus?.(liveId)?.broadcasts.some((one) => one.counts) === true;
				manager.countGifts(liveId, pushed ? { ...counts, diamondsMissing: 0 } : counts);
			},
			onOtherLogins: (liveId) => manager.forgetGifts(liveId),
		});
		this.#unsubscribe = [
			log.onStatus((status) => manager.storing(troubleOf(status), status.affects)),
			log.onWritable(() => {
				for (const { queue } of this.#rooms.values()) queue.notifyWritable();
			}),
		];
		const status = log.status();
		manager.storing(troubleOf(status), status.affects);
	}

	has(liveId: string): boolean {
		return this.#rooms.has(liveId);
	}

	/** Returns whether the room runs here and was taken over from any process that had it before. */
	owns(liveId: string): boolean {
		return this.#rooms.get(liveId)?.isOwn === true;
	}

	get liveIds(): string[] {
		return [...this.#rooms.keys()];
	}

	start(liveId: string, options: RoomOptions, was: "kept" | "new"): void {
		const { manager, log, logger, clock, settle, claim, onOwn, downSince } = this.#options;
		const queue = new RoomQueue(liveId, { log, logger, settle });
		const room: LocalRoom = { queue, isOwn: false };
		const kept = was === "kept";
		const memory = () => recall(log, liveId, kept, kept ? { since: downSince, now: clock.now() } : undefined);
		const own = async () => {
			room.isOwn = true;
			await onOwn?.(liveId);
			return memory();
		};
		manager.addConnection(
			liveId,
			queue,
			options,
			claim ? { recall: () => memory().then(withoutLoss), claim: () => claim(liveId).then(own) } : { recall: own },
		);
		this.#rooms.set(liveId, room);
		this.#activities.watch(liveId).catch((error: unknown) => {
			logger.warn({ event: "gifts_unreadable", live_id: liveId, err: error });
		});
	}

	change(liveId: string, options: RoomOptions): void {
		this.#options.manager.changeOptions(liveId, options);
	}

	async stop(liveId: string): Promise<void> {
		const room = this.#rooms.get(liveId);
		this.#rooms.delete(liveId);
		this.#activities.forget(liveId);
		const gone = this.#options.manager.removeConnection(liveId);
		room?.queue.close();
		await gone;
	}

	status(liveId: string): LiveRoomStatus | undefined {
		const status = this.#options.manager.getConnectionStatus(liveId);
		return status && this.#withActivity(status);
	}

	statuses(): LiveRoomStatus[] {
		return this.#options.manager.getAllConnections().map((room) => this.#withActivity(room));
	}

	qualityHistory(liveId: string): QualityPoint[] {
		return this.#options.manager.getQualityHistory(liveId);
	}

	onStatus(listener: (status: LiveRoomStatus) => void): () => void {
		return this.#options.manager.onStatus((status) => listener(this.#withActivity(status)));
	}

	/** Accepts no more events. The owner stops the manager and the log. */
	close(): void {
		for (const unsubscribe of this.#unsubscribe) unsubscribe();
		for (const { queue } of this.#rooms.values()) queue.close();
		this.#rooms.clear();
		this.#activities.close();
	}

	#withActivity(status: RoomStatus): LiveRoomStatus {
		const { node, officialStatus } = this.#options;
		const { liveId, loginId } = status;
		const official = officialStatus?.(liveId);
		return { ...status, activity: this.#activities.of(liveId, loginId), official, ...(node !== undefined && { node }) };
	}

	/** Returns the time since which this broadcast's gifts come only from the open platform, ms since the epoch. */
	#pushedSince(liveId: string, roomId: string): number {
		const pushed = this.#options.officialStatus?.(liveId)?.broadcasts.find((one) => one.roomId === roomId);
		const gifts = pushed?.counts ? pushed.tasks.find(({ type }) => type === "live_gift") : undefined;
		return gifts?.since ?? Number.POSITIVE_INFINITY;
	}
}

/** Removes the loss, because a room stores nothing before this process owns it; the loss is reported then. */
function withoutLoss({ lost: _, ...memory }: RoomMemory): RoomMemory {
	return memory;
}

function troubleOf({ state, fault, message, since }: EventLogStatus): StorageTrouble | undefined {
	if (state === "ok") return undefined;
	return { since, message: roomTexts.waitsInMemory(fault ?? "internal", message) };
}
