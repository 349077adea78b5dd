import { LivekeeperError } from "@livekeeper/base/errors";
import type { Listeners } from "@livekeeper/base/listeners";
import { type KeyValueStores, type PairingStore, type SecretBox, sharedPairing } from "../../storage/index.ts";
import { clusterTexts } from "../../text/index.ts";
import type { ClockWatch } from "../clock-watch.ts";
import type { CommittedBatch, LostRoom, ReadPage, ReadQuery, Retention, Unsubscribe } from "../event-log.ts";
import type { LogHost, LogStore, Question, StoreUpkeep } from "../log-store.ts";
import type { Projection } from "../projection.ts";
import { logListeners, StoredEventLog } from "../stored-event-log.ts";
import { BucketMirror } from "./bucket-mirror.ts";
import { holdsNothing, isShown, type Placed } from "./claim.ts";
import { type Connected, floorKey } from "./connect.ts";
import { FollowedRooms } from "./followed-rooms.ts";
import { type Guard, guardOf } from "./guard.ts";
import { KnownRooms } from "./known-rooms.ts";
import { LogReports } from "./log-reports.ts";
import { type JetStreamEventLogOptions, jetStreamDefaults } from "./options.ts";
import { OwnedRooms } from "./owned-rooms.ts";
import { PastMessages } from "./past-messages.ts";
import { RetentionKeeper } from "./retention-keeper.ts";
import { RoomReader } from "./room-reader.ts";
import type { Fenced } from "./room-subject.ts";
import type { FencedRoom, SharedEventLog } from "./shared-event-log.ts";
import { SharedKeyValues } from "./shared-key-values.ts";
import { Summaries } from "./summaries.ts";

/** The event log in NATS JetStream. */
export class JetStreamEventLog extends StoredEventLog<JetStreamStore> implements SharedEventLog {
	constructor(options: JetStreamEventLogOptions, connected: Connected, clockWatch: ClockWatch) {
		const { clock, logger } = options;
		super(
			{
				...{ clock, logger, clockWatch },
				retention: { ...jetStreamDefaults.retention, ...options.retention },
				maxPendingBytes: options.maxPendingBytes ?? jetStreamDefaults.maxPendingBytes,
			},
			(host) => new JetStreamStore(options, connected, host),
		);
	}

	/** Resolves once the content of the buckets is known. @throws LivekeeperError `nats_unsuitable` */
	begin(): Promise<void> {
		return this.store.begin();
	}

	get pairing(): PairingStore {
		return this.store.pairing;
	}

	get ownedRooms(): number {
		return this.store.queue.count;
	}

	get droppedEvents(): number {
		return this.store.queue.dropped;
	}

	readonly onFenced: SharedEventLog["onFenced"] = (listener) => this.store.fenced.add(listener);
	readonly onShared: SharedEventLog["onShared"] = (kind, listener) => this.store.onShared(kind, listener);
	readonly claim: SharedEventLog["claim"] = (liveId) => this.store.claim(liveId);
	readonly release: SharedEventLog["release"] = (liveId) => this.store.release(liveId);
	readonly follow: SharedEventLog["follow"] = (liveId) => this.store.follow(liveId);
}

class JetStreamStore implements LogStore {
	readonly stores: KeyValueStores;
	readonly box: SecretBox;
	readonly pairing: PairingStore;
	readonly queue: OwnedRooms;
	readonly fenced: Listeners<FencedRoom>;
	readonly #guard: Guard;
	/** Timeout of a request, and of a page that takes many, ms. */
	readonly #timeoutMs: number;
	readonly #options: JetStreamEventLogOptions;
	readonly #connected: Connected;
	readonly #host: LogHost;
	readonly #followed: FollowedRooms;
	readonly #known: KnownRooms;
	readonly #reader: RoomReader;
	readonly #past: PastMessages;
	readonly #summaries: Summaries;
	readonly #shared: SharedKeyValues;
	readonly #keeper: RetentionKeeper;
	readonly #reports: LogReports;
	readonly #closing = new AbortController();
	#askingForRun = false;

	readonly #mirrors: BucketMirror[];

	constructor(options: JetStreamEventLogOptions, connected: Connected, host: LogHost) {
		const { clock, node, logger } = options;
		const { nc, streams, state, keeper: streamKeeper, box } = connected;
		this.#options = options;
		this.#host = host;
		this.#timeoutMs = options.timeoutMs ?? jetStreamDefaults.timeoutMs;
		// Reads during the start wait as long as the start does.
		const patienceMs = () => Math.max(this.#timeoutMs, connected.whenReady.leftMs());
		this.#guard = guardOf(this.#closing.signal, patienceMs, streams.clock);
		this.#connected = connected;
		this.#reports = new LogReports(logger, clock, host.health, () => host.statusChanged());
		this.fenced = logListeners(logger);
		// Identifies one run of one node: a restarted node is a different owner.
		const owner = `${node}.${nc.info?.client_id ?? 0}.${clock.now().toString(36)}`;
		this.#known = new KnownRooms(state);
		streams.onDamage({
			onDamaged: (liveId, events) => this.#reports.damaged(liveId, events),
			onDamagedReplica: (liveId, events) => this.#reports.damagedReplica(liveId, events),
		});
		this.#reader = new RoomReader(streams, { isShown: (liveId, newest) => this.#isShown(liveId, newest) });
		this.#past = new PastMessages(streams, this.#reader);
		const summaryFailed = (error: unknown, liveId: string) => this.#reports.troubled("summary_failed", error, liveId);
		this.#summaries = new Summaries(connected.summaries, this.#reader, owner, summaryFailed);
		this.queue = this.#makeRooms(owner);
		this.#followed = this.#makeFollowed();
		this.#keeper = new RetentionKeeper({ streams, clock, summaries: this.#summaries });
		const guard = this.#guard;
		const onError = (error: unknown) => this.#reports.troubled("watch_failed", error);
		this.#mirrors = [
			new BucketMirror({ nc, keeper: streamKeeper, bucket: state, filter: ">", onError }),
			// Excludes dead letters, which may be many and large.
			new BucketMirror({ nc, keeper: streamKeeper, bucket: connected.targets, filter: ["target.*", "at.>"], onError }),
		];
		const sharing = { nc, guard, keeper: streamKeeper, onError };
		this.#shared = new SharedKeyValues({ ...sharing, bucket: state });
		const targets = new SharedKeyValues({ ...sharing, bucket: connected.targets });
		this.stores = { settings: this.#shared, notes: this.#shared, targets };
		this.box = box;
		this.pairing = sharedPairing(this.#shared, box);
		streams.onLost((partition) => this.queue.stamp(partition));
		streamKeeper.onHealth(
			(stream, error) => this.#reports.failed(LogReports.ofStream(stream), error),
			(stream) => this.#reports.recovered(LogReports.ofStream(stream)),
		);
	}

	async begin(): Promise<void> {
		const { whenReady } = this.#connected;
		await Promise.all(this.#mirrors.map((mirror) => whenReady(() => mirror.start())));
	}

	async onShared(kind: "wanted" | "identity", listener: () => void): Promise<Unsubscribe> {
		return this.#shared.watch(`${kind}.*`, () => listener());
	}

	claim(liveId: string): Promise<void> {
		return this.#guard(() => this.queue.claim(liveId));
	}

	async release(liveId: string): Promise<number> {
		const lost = await this.queue.release(liveId);
		// Release stores the waiting events, or fails to: after that nothing more can be reported of the room.
		this.#reports.forget(liveId);
		this.#summaries.forget(liveId);
		return lost;
	}

	follow(liveId: string): Promise<Unsubscribe> {
		return this.#guard(() => this.#followed.follow(liveId));
	}

	status(): ReturnType<LogStore["status"]> {
		const { names } = this.#connected.streams;
		return {
			affects: (liveId) => this.#reports.affects(liveId, LogReports.ofStream(names.stream(names.partitionOf(liveId)))),
			...this.#reports.damage,
			findings: [],
			losses: this.#connected.keeper.losses,
		};
	}

	read(liveId: string, query: ReadQuery): Promise<ReadPage> {
		return this.#guard((signal) => this.#reader.read(liveId, query, signal), this.#timeoutMs);
	}

	readonly histories: LogStore["histories"] = (ends, range) =>
		this.#guard(() => this.#past.histories(ends, range), this.#timeoutMs);
	readonly lookBack: LogStore["lookBack"] = (ranges, filter) =>
		this.#guard((signal) => this.#past.lookBack(ranges, filter, signal), this.#timeoutMs);

	lastSeq(liveId: string): Promise<number> {
		return this.#guard(async () => {
			const last = this.queue.last(liveId) ?? (await this.#connected.streams.newest(liveId));
			return last ? last.head.next - 1 : 0;
		});
	}

	readonly knows: LogStore["knows"] = (liveId) =>
		this.#guard(async () => (await this.#connected.streams.newest(liveId)) !== undefined);
	readonly afterNewest: LogStore["afterNewest"] = (liveId, count) =>
		this.#guard(() => this.#reader.afterNewest(liveId, count), this.#timeoutMs);
	readonly liveIds: LogStore["liveIds"] = () => this.#guard(() => this.#known.list());
	readonly cursor: LogStore["cursor"] = (liveId) =>
		this.#guard(async () => (await this.#connected.streams.room(liveId).newest())?.cursor);

	lost(liveId: string): Promise<LostRoom | undefined> {
		return this.#guard(async () => {
			let newest = this.queue.last(liveId) ?? (await this.#connected.streams.newest(liveId));
			if (!this.queue.last(liveId) && !(await this.#isShown(liveId, newest))) {
				// The claim decides whether something is lost.
				await this.queue.claim(liveId);
				newest = this.queue.last(liveId);
			}
			const { floor = 0, floorAt } = newest?.head ?? {};
			return newest && floor > 0 && holdsNothing(newest.head) ? { since: floorAt } : undefined;
		});
	}

	ask<Q extends Question>(liveId: string, question: Q, ...args: Parameters<Projection[Q]>) {
		return this.#guard(async () => {
			const projection = await this.#summaries.current(liveId);
			const answer = projection[question] as (...given: typeof args) => ReturnType<Projection[Q]>;
			return answer.apply(projection, args);
		});
	}

	onTick(): void {
		void this.#watchRun();
	}

	/** Deletes events beyond retention if this node does so for all of them. */
	async upkeep(now: number, retention: Retention, saveClock: () => Promise<void>): Promise<StoreUpkeep> {
		const { keepsRetention = () => true } = this.#options;
		if (!keepsRetention()) {
			const storedBytes = await this.#keeper.storedBytes();
			this.#reports.answered();
			return { more: false, storedBytes };
		}
		await saveClock();
		const round = await this.#keeper.round(now, retention);
		this.#reports.answered();
		return round;
	}

	upkeepFailed(error: unknown, isFirst: boolean): void {
		if (isFirst) this.#reports.troubled("upkeep_failed", error);
	}

	async backup(): Promise<string> {
		throw new LivekeeperError("backup_failed", clusterTexts.backup, { hint: clusterTexts.backupHint });
	}

	async backupProgress(): Promise<undefined> {
		return undefined;
	}

	async close(stopUpkeep: () => Promise<void>): Promise<number> {
		this.#connected.keeper.close();
		for (const mirror of this.#mirrors) mirror.stop();
		await stopUpkeep();
		this.#closing.abort();
		this.#followed.close();
		const lost = await this.queue.close();
		await this.#summaries.close();
		await this.#connected.nc.close();
		this.#reports.close();
		return lost;
	}

	/** If the servers were stopped together, lets each room that this node owns soon show that nothing of it is lost. */
	async #watchRun(): Promise<void> {
		if (this.#askingForRun || this.#closing.signal.aborted) return;
		this.#askingForRun = true;
		try {
			await this.#connected.run.current();
			this.queue.stamp();
		} catch {
			// Retried in a second, and before each claim.
		} finally {
			this.#askingForRun = false;
		}
	}

	/** Whether the room is shown to end with this message. @param newest its newest message, read before this call */
	async #isShown(liveId: string, newest: Placed | undefined): Promise<boolean> {
		if (!newest) return !(await this.#known.has(liveId));
		return newest.head.next > this.queue.given(liveId) && isShown(newest.head, await this.#connected.run.current());
	}

	#makeRooms(owner: string): OwnedRooms {
		const { clock, view = () => 0, groupCommitMs, knownEvents, doubtMs = jetStreamDefaults.doubtMs } = this.#options;
		const { nc, streams, state, run } = this.#connected;
		return new OwnedRooms({
			...{ streams, run, doubtMs },
			mayBeUnknown: async () => (await state.get(floorKey)) !== undefined,
			clock,
			known: this.#known,
			pending: this.#host.pending,
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
			owned: (liveId) => this.queue.last(liveId),
			lastSeq: (liveId) => this.lastSeq(liveId),
			read: (liveId, after) => this.read(liveId, { after, raw: true }),
			publish: (batch) => this.#publish(batch),
			onError: (error, liveId) => this.#reports.troubled("follow_failed", error, liveId),
		});
	}

	/** Must be called with events that this node has stored. */
	#stored(batch: CommittedBatch): void {
		this.#publish(this.#followed.stored(batch));
		this.#summaries.wrote(
			batch.liveId,
			batch.events.reduce((bytes, { json }) => bytes + json.length, 0),
		);
	}

	#publish(batch: CommittedBatch | undefined): void {
		if (batch) this.#host.publish(batch);
	}

	#fenced(liveId: string, { by }: Fenced, dropped: number): void {
		this.#reports.recovered(liveId);
		this.#summaries.forget(liveId);
		const room = { liveId, by: by?.head.owner, dropped };
		this.#reports.fenced(room);
		this.fenced.call(room);
	}
}
