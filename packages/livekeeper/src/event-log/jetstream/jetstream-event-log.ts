import type { Cursor } from "@livekeeper/douyin";
import { LivekeeperError } from "../../errors.ts";
import type { Listeners } from "../../listeners.ts";
import {
	type KeyValues,
	type PairingStore,
	type Registries,
	registriesIn,
	sharedPairing,
} from "../../storage/index.ts";
import { clusterTexts, storageTexts } from "../../text/index.ts";
import type { BroadcastSummary } from "../broadcast-summary.ts";
import type { BroadcastGifts, Series, SeriesQuery } from "../charts.ts";
import type { ClockWatch } from "../clock-watch.ts";
import type {
	CommittedBatch,
	EventBatch,
	EventLogStatus,
	LostRoom,
	ReadPage,
	ReadQuery,
	Retention,
	Unsubscribe,
} from "../event-log.ts";
import type { KnownGift } from "../gift-catalogue.ts";
import type { Newcomers } from "../newcomers.ts";
import { PendingEvents } from "../pending-events.ts";
import { LogSearch, type SearchPage, type SearchQuery } from "../search.ts";
import { BucketMirror } from "./bucket-mirror.ts";
import { holdsNothing, isShown, type Placed } from "./claim.ts";
import { type Connected, floorKey } from "./connect.ts";
import { FollowedRooms } from "./followed-rooms.ts";
import { type Guard, guardOf } from "./guard.ts";
import { KnownGifts } from "./known-gifts.ts";
import { KnownRooms } from "./known-rooms.ts";
import { LogReports } from "./log-reports.ts";
import { LogUpkeep } from "./log-upkeep.ts";
import { type JetStreamEventLogOptions, jetStreamDefaults } from "./options.ts";
import { OwnedRooms } from "./owned-rooms.ts";
import { PastMessages } from "./past-messages.ts";
import { RetentionKeeper } from "./retention-keeper.ts";
import { RoomReader } from "./room-reader.ts";
import type { Fenced } from "./room-subject.ts";
import type { FencedRoom, SharedEventLog } from "./shared-event-log.ts";
import { SharedKeyValues } from "./shared-key-values.ts";
import { Summaries } from "./summaries.ts";

export class JetStreamEventLog implements SharedEventLog {
	readonly registry: Registries["registry"];
	readonly identities: Registries["identities"];
	readonly overlayTokens: Registries["overlayTokens"];
	readonly sounds: Registries["sounds"];
	readonly notes: Registries["notes"];
	readonly targets: KeyValues;
	readonly pairing: PairingStore;
	readonly #guard: Guard;
	/** Timeout of a request, and of a page that takes many, ms. */
	readonly #timeoutMs: number;
	readonly #options: JetStreamEventLogOptions;
	readonly #connected: Connected;
	readonly #clockWatch: ClockWatch;
	readonly #pending: PendingEvents;
	readonly #rooms: OwnedRooms;
	readonly #followed: FollowedRooms;
	readonly #known: KnownRooms;
	readonly #knownGifts: KnownGifts;
	readonly #reader: RoomReader;
	readonly #search: LogSearch;
	readonly #summaries: Summaries;
	readonly #shared: SharedKeyValues;
	readonly #upkeep: LogUpkeep;
	readonly #reports: LogReports;
	readonly #committed: Listeners<CommittedBatch>;
	readonly #writable: Listeners<void>;
	readonly #fencedListeners: Listeners<FencedRoom>;
	#closing = false;
	#askingForRun = false;
	#closed: Promise<void> | undefined;

	readonly #mirrors: BucketMirror[];

	constructor(options: JetStreamEventLogOptions, connected: Connected, clockWatch: ClockWatch) {
		const { clock, node, logger } = options;
		const { nc, streams, state, keeper: streamKeeper, box } = connected;
		this.#options = options;
		this.#timeoutMs = options.timeoutMs ?? jetStreamDefaults.timeoutMs;
		// Reads during the start wait as long as the start does.
		const patienceMs = () => Math.max(this.#timeoutMs, connected.whenReady.leftMs());
		this.#guard = guardOf(() => this.#closing, patienceMs);
		this.#connected = connected;
		this.#clockWatch = clockWatch;
		this.#reports = new LogReports(
			logger,
			clock,
			() => this.#rooms.oldest,
			() => this.status(),
		);
		this.#committed = this.#reports.listeners();
		this.#writable = this.#reports.listeners();
		this.#fencedListeners = this.#reports.listeners();
		const maxPendingBytes = options.maxPendingBytes ?? jetStreamDefaults.maxPendingBytes;
		this.#pending = new PendingEvents(maxPendingBytes, () => this.#writable.call());
		// Identifies one run of one node: a restarted node is a different owner.
		const owner = `${node}.${nc.info?.client_id ?? 0}.${Date.now().toString(36)}`;
		this.#known = new KnownRooms(state);
		this.#knownGifts = new KnownGifts(state);
		this.#reader = new RoomReader(streams, {
			onDamaged: (liveId, events) => this.#reports.damaged(liveId, events),
			isShown: (liveId, newest) => this.#isShown(liveId, newest),
		});
		this.#search = this.#makeSearch();
		const summaryFailed = (error: unknown, liveId: string) => this.#reports.troubled("summary_failed", error, liveId);
		this.#summaries = new Summaries(connected.summaries, this.#reader, owner, summaryFailed);
		this.#rooms = this.#makeRooms(owner);
		this.#followed = this.#makeFollowed();
		const keeper = new RetentionKeeper({
			...{ streams, clock, summaries: this.#summaries },
		});
		const guard = this.#guard;
		const onError = (error: unknown) => this.#reports.troubled("watch_failed", error);
		this.#mirrors = [
			new BucketMirror({ nc, keeper: streamKeeper, bucket: state, filter: ">", onError }),
			// Excludes dead letters, which may be many and large.
			new BucketMirror({ nc, keeper: streamKeeper, bucket: connected.targets, filter: ["target.*", "at.>"], onError }),
		];
		const sharing = { nc, guard, keeper: streamKeeper, onError };
		this.targets = new SharedKeyValues({ ...sharing, bucket: connected.targets });
		const shared = new SharedKeyValues({ ...sharing, bucket: state });
		this.#shared = shared;
		this.pairing = sharedPairing(shared, box);
		const registries = registriesIn({ settings: shared, notes: shared }, box, clock);
		this.registry = registries.registry;
		this.identities = registries.identities;
		this.overlayTokens = registries.overlayTokens;
		this.sounds = registries.sounds;
		this.notes = registries.notes;
		this.#upkeep = new LogUpkeep({
			...{ clock, keepsRetention: options.keepsRetention, retention: options.retention },
			...{ clockWatch, keeper, gifts: this.#knownGifts },
			onTick: () => {
				this.#reports.look();
				void this.#watchRun();
			},
			onDone: () => this.#reports.answered(),
			onError: (error) => this.#reports.troubled("upkeep_failed", error),
		});
		streams.onLost((partition) => this.#rooms.stamp(partition));
		streamKeeper.onHealth(
			(stream, error) => this.#reports.failed(LogReports.ofStream(stream), error),
			(stream) => this.#reports.recovered(LogReports.ofStream(stream)),
		);
	}

	/** Resolves once the content of the buckets is known. @throws LivekeeperError `nats_unsuitable` */
	async begin(): Promise<void> {
		const { whenReady } = this.#connected;
		await Promise.all(this.#mirrors.map((mirror) => whenReady(() => mirror.start())));
	}

	get writable(): boolean {
		return !this.#closing && this.#pending.writable;
	}

	get ownedRooms(): number {
		return this.#rooms.count;
	}

	get droppedEvents(): number {
		return this.#rooms.dropped;
	}

	append(batch: EventBatch): boolean {
		if (this.#closing) throw new LivekeeperError("storage_closed", storageTexts.closed);
		return this.#rooms.append(batch);
	}

	onWritable(listener: () => void): Unsubscribe {
		return this.#writable.add(listener);
	}

	onCommitted(listener: (batch: CommittedBatch) => void): Unsubscribe {
		return this.#committed.add(listener);
	}

	onStatus(listener: (status: EventLogStatus) => void): Unsubscribe {
		return this.#reports.onStatus.add(listener);
	}

	onFenced(listener: (room: FencedRoom) => void): Unsubscribe {
		return this.#fencedListeners.add(listener);
	}

	async onShared(kind: "wanted" | "identity", listener: () => void): Promise<Unsubscribe> {
		return this.#shared.watch(`${kind}.*`, () => listener());
	}

	flush(): Promise<void> {
		return this.#rooms.flush();
	}

	claim(liveId: string): Promise<void> {
		return this.#guard(() => this.#rooms.claim(liveId));
	}

	async release(liveId: string): Promise<number> {
		const lost = await this.#rooms.release(liveId);
		// Release stores the waiting events, or fails to: after that nothing more can be reported of the room.
		this.#reports.forget(liveId);
		this.#summaries.forget(liveId);
		return lost;
	}

	follow(liveId: string): Promise<Unsubscribe> {
		return this.#guard(() => this.#followed.follow(liveId));
	}

	read(liveId: string, query: ReadQuery = {}): Promise<ReadPage> {
		return this.#guard((signal) => this.#reader.read(liveId, query, signal), this.#timeoutMs);
	}

	search(query: SearchQuery, signal?: AbortSignal): Promise<SearchPage> {
		return this.#search.search(query, signal);
	}

	lastSeq(liveId: string): Promise<number> {
		return this.#guard(async () => {
			const last = this.#rooms.last(liveId) ?? (await this.#connected.streams.newest(liveId));
			return last ? last.head.next - 1 : 0;
		});
	}

	knows(liveId: string): Promise<boolean> {
		return this.#guard(async () => (await this.#connected.streams.newest(liveId)) !== undefined);
	}

	afterNewest(liveId: string, count: number): Promise<number> {
		return this.#guard(() => this.#reader.afterNewest(liveId, count), this.#timeoutMs);
	}

	liveIds(): Promise<string[]> {
		return this.#guard(() => this.#known.list());
	}

	cursor(liveId: string): Promise<Cursor | undefined> {
		return this.#guard(async () => (await this.#connected.streams.room(liveId).newest())?.cursor);
	}

	lost(liveId: string): Promise<LostRoom | undefined> {
		return this.#guard(async () => {
			let newest = this.#rooms.last(liveId) ?? (await this.#connected.streams.newest(liveId));
			if (!this.#rooms.last(liveId) && !(await this.#isShown(liveId, newest))) {
				// The claim decides whether something is lost.
				await this.#rooms.claim(liveId);
				newest = this.#rooms.last(liveId);
			}
			const { floor = 0, floorAt } = newest?.head ?? {};
			return newest && floor > 0 && holdsNothing(newest.head) ? { since: floorAt } : undefined;
		});
	}

	broadcasts(liveId: string): Promise<BroadcastSummary[]> {
		return this.#guard(async () => (await this.#summaries.current(liveId)).broadcasts());
	}

	series(liveId: string, query: SeriesQuery): Promise<Series> {
		return this.#guard(async () => (await this.#summaries.current(liveId)).series(query));
	}

	gifts(liveId: string, roomId: string, max: number): Promise<BroadcastGifts | undefined> {
		return this.#guard(async () => (await this.#summaries.current(liveId)).gifts(roomId, max));
	}

	newcomers(liveId: string, roomId: string): Promise<Newcomers | undefined> {
		return this.#guard(async () => (await this.#summaries.current(liveId)).newcomers(roomId));
	}

	knownGifts(): Promise<KnownGift[]> {
		return this.#guard(() => this.#knownGifts.list());
	}

	status(): EventLogStatus {
		const clock = this.#clockWatch.doubt;
		const { names } = this.#connected.streams;
		return {
			...this.#reports.health,
			affects: (liveId) => this.#reports.affects(liveId, LogReports.ofStream(names.stream(names.partitionOf(liveId)))),
			pendingEvents: this.#pending.events,
			pendingBytes: this.#pending.bytes,
			storedBytes: this.#upkeep.storedBytes,
			repeats: this.#rooms.repeats,
			...(clock && { clock }),
			...this.#reports.damage,
			findings: [],
			losses: this.#connected.keeper.losses,
		};
	}

	setRetention(retention: Partial<Retention>): void {
		this.#upkeep.setRetention(retention);
	}

	async backup(): Promise<string> {
		throw new LivekeeperError("backup_failed", clusterTexts.backup, { hint: clusterTexts.backupHint });
	}

	async backupProgress(): Promise<undefined> {
		return undefined;
	}

	close(): Promise<void> {
		this.#closed ??= this.#close();
		return this.#closed;
	}

	#makeSearch(): LogSearch {
		const past = new PastMessages(this.#connected.streams, this.#reader);
		return new LogSearch({
			liveIds: () => this.liveIds(),
			histories: (ends, range) => this.#guard(() => past.histories(ends, range), this.#timeoutMs),
			lookBack: (ranges, filter) => this.#guard((signal) => past.lookBack(ranges, filter, signal), this.#timeoutMs),
		});
	}

	/** If the servers were stopped together, lets each room that this node owns soon show that nothing of it is lost. */
	async #watchRun(): Promise<void> {
		if (this.#askingForRun || this.#closing) return;
		this.#askingForRun = true;
		try {
			await this.#connected.run.current();
			this.#rooms.stamp();
		} catch {
			// Retried in a second, and before each claim.
		} finally {
			this.#askingForRun = false;
		}
	}

	/** Whether the room is shown to end with this message. @param newest its newest message, read before this call */
	async #isShown(liveId: string, newest: Placed | undefined): Promise<boolean> {
		if (!newest) return !(await this.#known.has(liveId));
		return newest.head.next > this.#rooms.given(liveId) && isShown(newest.head, await this.#connected.run.current());
	}

	#makeRooms(owner: string): OwnedRooms {
		const { clock, view = () => 0, groupCommitMs, knownEvents, doubtMs = jetStreamDefaults.doubtMs } = this.#options;
		const { nc, streams, state, run } = this.#connected;
		return new OwnedRooms({
			...{ streams, run, doubtMs },
			mayBeUnknown: async () => (await state.get(floorKey)) !== undefined,
			clock,
			known: this.#known,
			pending: this.#pending,
			claimant: () => ({ owner, view: view() }),
			groupCommitMs: groupCommitMs ?? jetStreamDefaults.groupCommitMs,
			knownEvents: knownEvents ?? jetStreamDefaults.knownEvents,
			maxPayload: nc.info?.max_payload ?? 1 << 20,
			publish: (batch) => this.#stored(batch),
			onFault: (liveId, error) => this.#reports.failed(liveId, error),
			onSuccess: (liveId) => this.#reports.recovered(liveId),
			onFenced: (liveId, fenced, dropped) => this.#fenced(liveId, fenced, dropped),
		});
	}

	#makeFollowed(): FollowedRooms {
		const { nc, streams } = this.#connected;
		return new FollowedRooms({
			nc,
			clock: this.#options.clock,
			streams,
			owned: (liveId) => this.#rooms.last(liveId),
			lastSeq: (liveId) => this.lastSeq(liveId),
			read: (liveId, after) => this.read(liveId, { after, raw: true }),
			publish: (batch) => this.#publish(batch),
			onError: (error, liveId) => this.#reports.troubled("follow_failed", error, liveId),
		});
	}

	async #close(): Promise<void> {
		this.#connected.keeper.close();
		for (const mirror of this.#mirrors) mirror.stop();
		await this.#upkeep.stop();
		this.#closing = true;
		this.#followed.close();
		const lost = await this.#rooms.close();
		await this.#summaries.close();
		await this.#knownGifts.save().catch((error: unknown) => this.#reports.troubled("gifts_failed", error));
		await this.#connected.nc.close();
		if (lost === 0) return;
		throw new LivekeeperError("storage_failing", storageTexts.lostAtEnd(lost));
	}

	/** To be called with events that this node has stored. */
	#stored(batch: CommittedBatch): void {
		this.#publish(this.#followed.stored(batch));
		this.#knownGifts.learn(batch.events);
		this.#summaries.wrote(
			batch.liveId,
			batch.events.reduce((bytes, { json }) => bytes + json.length, 0),
		);
	}

	#publish(batch: CommittedBatch | undefined): void {
		if (batch) this.#committed.call(batch);
	}

	#fenced(liveId: string, { by }: Fenced, dropped: number): void {
		this.#reports.recovered(liveId);
		this.#summaries.forget(liveId);
		const room = { liveId, by: by?.head.owner, dropped };
		this.#reports.fenced(room);
		this.#fencedListeners.call(room);
	}
}
