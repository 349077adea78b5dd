import type { Clock } from "@livekeeper/douyin";
import {
	type Consumer,
	type Consumers,
	DeliverPolicy,
	JetStreamApiError,
	type JetStreamClient,
	type JetStreamManager,
	jetstream,
} from "@nats-io/jetstream";
import { headers, type Msg, type MsgHdrs, type NatsConnection } from "@nats-io/transport-node";
import { nameOf } from "../../storage/index.ts";
import { brought, SilentConsumer } from "./brought.ts";
import { faultOf } from "./faults.ts";
import type { Head, LogMessage } from "./message.ts";
import type { Names } from "./names.ts";
import { type DamageReports, type RoomMessages, wholeMessages } from "./room-messages.ts";
import { type Outgoing, type RoomSubject, Unsettled, WrongSequence } from "./room-subject.ts";
import type { StreamKeeper } from "./stream-keeper.ts";

const headHeader = "Lk-Head";
const cursorHeader = "Lk-Cursor";
const expectedHeader = "Nats-Expected-Last-Subject-Sequence";
const wrongLastSequence = 10_071;

/** Maximum time for a stream to show that it accepts messages, ms. */
const proofMs = 2_000;
/** Maximum number of messages read one by one: creating a consumer takes about as long. */
const maxOneByOne = 8;
/** Number of messages in the first fetch from a consumer, doubled each time: a reader of one page needs few. */
const firstFetched = 64;
const maxFetched = 1_024;
/** Maximum wait for one replica if others can answer as well, ms: it may be on a server that hangs. */
const replicaMs = 1_000;
/** Maximum silence of a consumer that still has messages, ms. */
const silenceMs = 2 * replicaMs;
/** Time for which only leaders are asked after a replica has not answered, ms: a leader that hangs is replaced. */
const leadersMs = 10_000;
/** Pause after a consumer could not be created, ms: otherwise each reader would wait for nothing. */
const noConsumersMs = 10_000;

type MessageQuery = Parameters<JetStreamManager["streams"]["getMessage"]>[1] &
	Parameters<JetStreamManager["direct"]["getMessage"]>[1];

const firstFrom = (subject: string, sequence: number) => ({ seq: Math.max(1, sequence), next_by_subj: subject });

/** A message as NATS returns it, for any kind of request. */
interface Stored {
	seq: number;
	header?: MsgHdrs;
	data: Uint8Array;
}

/** Stream and subject of a room. */
interface RoomPlace {
	stream: string;
	subject: string;
}

/** Size of a stream. */
export interface StreamSize {
	firstSequence: number;
	lastSequence: number;
	messages: number;
	/** Number of rooms with messages in it. */
	rooms: number;
	bytes: number;
}

/** The streams of rooms' logs. */
export class LogStreams {
	readonly names: Names;
	readonly #js: JetStreamClient;
	readonly #consumers: Consumers;
	readonly #jsm: JetStreamManager;
	readonly #keeper: StreamKeeper;
	readonly #timeoutMs: number;
	readonly #direct: JetStreamManager["direct"];
	/** End of the time for which only leaders are asked, by the monotonic clock, ms. */
	#leadersUntil = Number.NEGATIVE_INFINITY;
	/** End of the pause in creating consumers, by the monotonic clock, ms. */
	#noConsumersUntil = Number.NEGATIVE_INFINITY;
	readonly #onAppended: (ms: number) => void;
	#damage: DamageReports = { onDamaged: () => undefined, onDamagedReplica: () => undefined };

	/** @param timeoutMs maximum wait for an answer. @param onAppended called with the duration of an append, ms */
	static async open(
		nc: NatsConnection,
		names: Names,
		keeper: StreamKeeper,
		timeoutMs: number,
		onAppended: (ms: number) => void = () => undefined,
	): Promise<LogStreams> {
		const js = jetstream(nc, { timeout: timeoutMs });
		const quick = jetstream(nc, { timeout: Math.min(timeoutMs, replicaMs) });
		const { direct } = await quick.jetstreamManager(false);
		const jsm = await js.jetstreamManager(false);
		return new LogStreams({ names, keeper, js, quick, jsm, direct, timeoutMs, onAppended });
	}

	private constructor(parts: {
		names: Names;
		keeper: StreamKeeper;
		js: JetStreamClient;
		quick: JetStreamClient;
		jsm: JetStreamManager;
		direct: JetStreamManager["direct"];
		timeoutMs: number;
		onAppended: (ms: number) => void;
	}) {
		const { names, keeper } = parts;
		this.names = names;
		this.#keeper = keeper;
		this.#js = parts.js;
		this.#consumers = parts.quick.consumers;
		this.#jsm = parts.jsm;
		this.#direct = parts.direct;
		this.#timeoutMs = parts.timeoutMs;
		this.#onAppended = parts.onAppended;
		for (let partition = 0; partition < names.partitions; partition++) {
			keeper.onProve(names.stream(partition), () => this.#prove(partition));
		}
	}

	/** Clock by which NATS is waited for. */
	get clock(): Clock {
		return this.#keeper.clock;
	}

	/** Calls back with the partition whose stream was lost. */
	onLost(listener: (partition: number) => void): void {
		for (let partition = 0; partition < this.names.partitions; partition++) {
			this.#keeper.onLost(this.names.stream(partition), () => listener(partition));
		}
	}

	/** Calls back with damage that reading finds; replaces earlier listeners. */
	onDamage(reports: DamageReports): void {
		this.#damage = reports;
	}

	/** Returns a room's messages for a writer: the stream's leader answers queries about its end. */
	room(liveId: string): RoomSubject {
		const { stream, subject } = this.#placeOf(liveId);
		const messages = this.messages(liveId);
		return {
			at: (sequence) => messages.at(sequence),
			range: (from, end) => messages.range(from, end),
			newest: () => this.#ofLeader(stream, { last_by_subj: subject }),
			firstFrom: (sequence) => this.#ofLeader(stream, firstFrom(subject, sequence)),
			append: async (message, expected) => {
				const sequence = await this.#append(subject, message, expected);
				this.#keeper.stored(stream, sequence);
				return sequence;
			},
		};
	}

	/**
	 * Returns a room's messages for a reader. Any replica may answer, but a lagging one may not have the newest messages
	 * yet, so the absence of a message is confirmed by the leader, and damage by all replicas.
	 * @param signal stops further requests once it is aborted
	 */
	messages(liveId: string, signal?: AbortSignal): RoomMessages {
		const place = this.#placeOf(liveId);
		const { stream, subject } = place;
		const ask = (query: MessageQuery) => {
			signal?.throwIfAborted();
			return this.#ofAny(stream, query);
		};
		const one = (sequence: number) => ask(firstFrom(subject, sequence));
		const ofAny: RoomMessages = {
			firstFrom: one,
			at: (sequence) => ask({ seq: sequence }),
			range: (from, end) => this.#range(place, one, [from, end]),
		};
		// The leader alone is never asked here, even while replicas do not answer: its copy may be the damaged one.
		const ofReplica = async (sequence: number) => {
			signal?.throwIfAborted();
			return this.#ofReplica(stream, { seq: sequence });
		};
		return wholeMessages(liveId, ofAny, ofReplica, this.#damage);
	}

	/**
	 * Reads a few messages one by one, because creating a consumer takes as long as some ten messages, and then many
	 * through a consumer, which brings thousands. If that fails, the next message is read alone, which shows whether NATS
	 * is away.
	 */
	async *#range(
		place: RoomPlace,
		one: (sequence: number) => Promise<LogMessage | undefined>,
		[from, end]: readonly [number, number],
	): AsyncGenerator<LogMessage, void> {
		let next = from;
		for (let left = maxOneByOne; next <= end; left--) {
			if (left === 0) {
				const consumer = await this.#consumerFrom(place, next);
				// A consumer needs a leader that single reads can do without, so they are not delayed again.
				left = consumer ? maxOneByOne : Number.POSITIVE_INFINITY;
				for await (const message of consumer ? this.#broughtBy(consumer) : []) {
					if (message.sequence > end) return;
					if (message.sequence < this.#keeper.firstSequence(place.stream)) continue;
					next = message.sequence + 1;
					yield message;
				}
			}
			const message = next > end ? undefined : await one(next);
			if (!message || message.sequence > end) return;
			next = message.sequence + 1;
			yield message;
		}
	}

	/** @returns `undefined` if the servers can't create one: during an election, or on a server that is away */
	async #consumerFrom({ stream, subject }: RoomPlace, sequence: number): Promise<Consumer | undefined> {
		if (this.clock.elapsed() < this.#noConsumersUntil) return undefined;
		const options = { filter_subjects: subject, opt_start_seq: sequence };
		try {
			return await this.#consumers.get(stream, { ...options, deliver_policy: DeliverPolicy.StartSequence });
		} catch {
			this.#noConsumersUntil = this.clock.elapsed() + noConsumersMs;
			return undefined;
		}
	}

	/** Yields the messages that the consumer's replica has. */
	async *#broughtBy(consumer: Consumer): AsyncGenerator<LogMessage, void> {
		try {
			let pending: number | undefined = 1;
			for (let max = firstFetched; pending !== undefined && pending > 0; max = Math.min(max * 2, maxFetched)) {
				pending = undefined;
				const fetched = await consumer.fetch({ max_messages: max, expires: replicaMs });
				for await (const { seq, headers: header, data, info } of brought(fetched, silenceMs, this.clock)) {
					pending = info.pending;
					yield toLogMessage({ seq, data, ...(header && { header }) });
					if (pending === 0) break;
				}
			}
			// It should have brought more and did not.
			if (pending === undefined) throw new SilentConsumer();
		} catch (error) {
			if (error instanceof SilentConsumer) this.#noConsumersUntil = this.clock.elapsed() + noConsumersMs;
			// The next message is read alone, and that reports the problem.
		} finally {
			// If this fails, the server deletes it itself after a while.
			void consumer.delete().catch(() => undefined);
		}
	}

	/** Reads the room's newest message from the leader: with a lagging replica's answer a reader would start over. */
	newest(liveId: string): Promise<LogMessage | undefined> {
		return this.room(liveId).newest();
	}

	/** Reads the first message of any room of the partition at this sequence or behind it. */
	firstOf(partition: number, sequence: number): Promise<LogMessage | undefined> {
		return this.#ofAny(this.names.stream(partition), firstFrom(this.names.subjects(partition), sequence));
	}

	/** Reads the newest message of any room of the partition from the leader. */
	newestOf(partition: number): Promise<LogMessage | undefined> {
		return this.#ofLeader(this.names.stream(partition), { last_by_subj: this.names.subjects(partition) });
	}

	async size(partition: number): Promise<StreamSize> {
		const { state } = await this.#jsm.streams.info(this.names.stream(partition));
		const { first_seq: firstSequence, last_seq: lastSequence, messages, num_subjects: rooms = 0, bytes } = state;
		return { firstSequence, lastSequence, messages, rooms, bytes };
	}

	/** Returns the rooms with messages in the partition. */
	async rooms(partition: number): Promise<string[]> {
		const subjects = this.names.subjects(partition);
		const { state } = await this.#jsm.streams.info(this.names.stream(partition), { subjects_filter: subjects });
		return Object.keys(state.subjects ?? {}).map((subject) => nameOf(subject.slice(subject.lastIndexOf(".") + 1)));
	}

	/** Deletes the partition's messages before this sequence. */
	async deleteBefore(partition: number, sequence: number): Promise<void> {
		await this.#jsm.streams.purge(this.names.stream(partition), { seq: sequence });
	}

	#placeOf(liveId: string): RoomPlace {
		return { stream: this.names.stream(this.names.partitionOf(liveId)), subject: this.names.subjectOf(liveId) };
	}

	async #ofLeader(stream: string, query: Parameters<JetStreamManager["streams"]["getMessage"]>[1]) {
		const stored = await this.#jsm.streams.getMessage(stream, query);
		return stored === null ? undefined : toLogMessage(stored);
	}

	/** Returns one replica's answer, or the leader's if that one has none. */
	async #ofAny(stream: string, query: MessageQuery): Promise<LogMessage | undefined> {
		if (this.clock.elapsed() < this.#leadersUntil) return this.#ofLeader(stream, query);
		try {
			const found = await this.#ofReplica(stream, query);
			if (found) return found;
		} catch (error) {
			if (faultOf(error) !== "unreachable") throw error;
			this.#leadersUntil = this.clock.elapsed() + leadersMs;
		}
		return this.#ofLeader(stream, query);
	}

	/** Returns one replica's answer. */
	async #ofReplica(stream: string, query: MessageQuery): Promise<LogMessage | undefined> {
		const stored = await this.#direct.getMessage(stream, query);
		// A replica may still have messages of a previous stream of this name.
		return stored !== null && stored.seq >= this.#keeper.firstSequence(stream) ? toLogMessage(stored) : undefined;
	}

	/**
	 * Makes the stream refuse a message. A leader that can't be reached, or that can store nothing, does not answer so.
	 */
	async #prove(partition: number): Promise<void> {
		const subject = this.names.subjects(partition).replace("*", "probe");
		const expect = { lastSubjectSequence: Number.MAX_SAFE_INTEGER };
		try {
			await this.#js.publish(subject, new Uint8Array(0), { expect, timeout: Math.min(this.#timeoutMs, proofMs) });
		} catch (error) {
			if (error instanceof JetStreamApiError && error.code === wrongLastSequence) return;
			throw error;
		}
	}

	async #append(subject: string, { id, head, cursor, body }: Outgoing, expected: number): Promise<number> {
		const hdrs = headers();
		hdrs.set(headHeader, JSON.stringify(head));
		if (cursor) hdrs.set(cursorHeader, JSON.stringify(cursor));
		const expect = { lastSubjectSequence: expected };
		const sentAt = performance.now();
		try {
			const ack = await this.#js.publish(subject, body, { headers: hdrs, msgID: id, expect });
			// It was sent before and is on its way into the stream, or was lost there: the server knows only its id.
			if (ack.seq === 0) throw new Unsettled();
			this.#onAppended(performance.now() - sentAt);
			return ack.seq;
		} catch (error) {
			if (error instanceof JetStreamApiError && error.code === wrongLastSequence) throw new WrongSequence();
			throw error;
		}
	}
}

/** Decodes a message that the servers republished when it was stored. @throws as `toLogMessage` */
export function toRepublished({ headers: header, data }: Msg): LogMessage {
	return toLogMessage({ seq: Number(header?.get("Nats-Sequence") ?? 0), data, ...(header && { header }) });
}

/** @throws TypeError for a message that does not belong to a room's log */
export function toLogMessage({ seq, header, data }: Stored): LogMessage {
	const head = header?.get(headHeader);
	if (!head) throw new TypeError(`Message ${seq} is not one of livekeeper.`);
	const cursor = header?.get(cursorHeader);
	return {
		sequence: seq,
		before: Number(header?.get(expectedHeader) ?? 0),
		// Written by this program itself.
		head: JSON.parse(head) as Head,
		cursor: cursor ? JSON.parse(cursor) : undefined,
		body: data,
	};
}
