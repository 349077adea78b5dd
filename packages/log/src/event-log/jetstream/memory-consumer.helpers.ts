import type { Clock, Timer } from "@livekeeper/douyin";
import type { MemoryServer } from "./memory-jetstream.helpers.ts";
import type { MemoryMessage, MemoryStream } from "./memory-stream.helpers.ts";
import { isMatch } from "./nats-subject.helpers.ts";

export interface MemoryConsumerConfig {
	name?: string;
	durable_name?: string;
	deliver_policy?: "all" | "last_per_subject" | "new" | "by_start_sequence";
	opt_start_seq?: number;
	filter_subject?: string;
	filter_subjects?: string[];
	/** Present: the consumer delivers by itself. */
	deliver_subject?: string;
	/** ns */
	idle_heartbeat?: number;
	headers_only?: boolean;
}

interface Surroundings {
	clock: Clock;
	server: MemoryServer;
	/** Removes the consumer. */
	end: (consumer: MemoryConsumer) => void;
}

/** A client that waits for messages. */
interface Pull {
	reply: string;
	left: number;
	timer: Timer | undefined;
}

const nsPerMs = 1e6;
const none = Buffer.alloc(0);
/** Time after which the server removes a consumer that no client listens to, ms. */
const inactiveMs = 5_000;

/** A consumer without acknowledgements, in memory: it delivers by itself or on request. */
export class MemoryConsumer {
	readonly stream: MemoryStream;
	readonly name: string;
	readonly #config: MemoryConsumerConfig;
	readonly #with: Surroundings;
	readonly #timer: Timer;
	readonly #pulls: Pull[] = [];
	readonly #createdAt: number;
	/** Messages to deliver first: the newest of each subject. */
	#first: MemoryMessage[] = [];
	#next: number;
	#delivered = 0;
	#lastSeq = 0;
	/** Whether nothing was delivered since the last heartbeat. */
	#isIdle = true;
	#idleMs = 0;

	constructor(stream: MemoryStream, config: MemoryConsumerConfig & { name: string }, surroundings: Surroundings) {
		this.stream = stream;
		this.name = config.name;
		this.#config = config;
		this.#with = surroundings;
		this.#createdAt = surroundings.clock.now();
		const { deliver_policy: policy = "all", opt_start_seq: start = 1 } = config;
		const isAfterAll = policy === "new" || policy === "last_per_subject";
		this.#next = isAfterAll ? stream.lastSeq + 1 : policy === "by_start_sequence" ? Math.max(1, start) : 1;
		if (policy === "last_per_subject") this.#first = lastOfEach(stream.matching(this.#filters, 1));
		const everyMs = (config.idle_heartbeat ?? inactiveMs * nsPerMs) / nsPerMs;
		this.#timer = surroundings.clock.every(everyMs, () => this.#beat(everyMs));
	}

	info(): object {
		return {
			...{ stream_name: this.stream.config.name, name: this.name, config: this.#config },
			...{ created: new Date(this.#createdAt).toISOString(), num_ack_pending: 0, num_redelivered: 0 },
			...{ num_waiting: this.#pulls.length, num_pending: this.#pending() },
			...{ delivered: { consumer_seq: this.#delivered, stream_seq: this.#lastSeq } },
			...{ ack_floor: { consumer_seq: 0, stream_seq: 0 }, push_bound: this.#isListened() },
		};
	}

	/** Called when a client subscribes. */
	listened(filter: string): void {
		const { deliver_subject: to } = this.#config;
		if (to !== undefined && isMatch(filter, to)) this.stored();
	}

	/** Called when the stream has a new message. */
	stored(): void {
		const { deliver_subject: to } = this.#config;
		if (to === undefined) this.#serve();
		else if (this.#isListened()) this.#push(to);
	}

	#push(to: string): void {
		for (let message = this.#take(); message; message = this.#take()) this.#deliver(to, message);
	}

	pull(reply: string, { batch = 1, expires = 0, no_wait: isHasty = false }: Record<string, unknown>): void {
		const pull: Pull = { reply, left: Number(batch), timer: undefined };
		this.#pulls.push(pull);
		this.#serve();
		const forMs = Number(expires) / nsPerMs;
		if (pull.left === 0) return;
		if (isHasty) this.#expire(pull, "404 No Messages");
		else if (forMs > 0) pull.timer = this.#with.clock.after(forMs, () => this.#expire(pull, "408 Request Timeout"));
	}

	close(): void {
		this.#timer.cancel();
		for (const { timer } of this.#pulls) timer?.cancel();
	}

	get #filters(): readonly string[] {
		const { filter_subject: one, filter_subjects: several } = this.#config;
		return several ?? (one === undefined || one === "" ? [] : [one]);
	}

	#isListened(): boolean {
		const { deliver_subject: to } = this.#config;
		return to !== undefined && this.#with.server.hasInterest(to);
	}

	#serve(): void {
		for (let pull = this.#pulls[0]; pull; pull = this.#pulls[0]) {
			const message = this.#take();
			if (!message) return;
			if (--pull.left === 0) {
				pull.timer?.cancel();
				this.#pulls.shift();
			}
			this.#deliver(pull.reply, message);
		}
	}

	#expire(pull: Pull, status: string): void {
		const place = this.#pulls.indexOf(pull);
		if (place >= 0) this.#pulls.splice(place, 1);
		const header = `NATS/1.0 ${status}\r\nNats-Pending-Messages: ${pull.left}\r\nNats-Pending-Bytes: 0\r\n\r\n`;
		this.#with.server.deliver(pull.reply, { subject: pull.reply, reply: "", header, data: none });
	}

	#take(): MemoryMessage | undefined {
		for (let first = this.#first.shift(); first; first = this.#first.shift()) {
			if (this.stream.at(first.seq)) return first;
		}
		const message = this.stream.next(this.#filters, this.#next);
		if (message) this.#next = message.seq + 1;
		return message;
	}

	#pending(): number {
		return this.#first.length + this.stream.matching(this.#filters, this.#next).length;
	}

	#deliver(to: string, { seq, subject, header, data, at }: MemoryMessage): void {
		this.#isIdle = false;
		this.#delivered++;
		this.#lastSeq = seq;
		const numbers = [1, seq, this.#delivered, at * nsPerMs, this.#pending()].join(".");
		const reply = `$JS.ACK.${this.stream.config.name}.${this.name}.${numbers}`;
		const body = this.#config.headers_only ? none : data;
		this.#with.server.deliver(to, { subject, reply, header, data: body });
	}

	/** Shows that it still lives, and ends once no client listens any more. */
	#beat(everyMs: number): void {
		const { deliver_subject: to, idle_heartbeat: beats } = this.#config;
		const isUsed = to === undefined ? this.#pulls.length > 0 || !this.#isIdle : this.#isListened();
		this.#idleMs = isUsed ? 0 : this.#idleMs + everyMs;
		if (this.#idleMs >= inactiveMs) this.#with.end(this);
		const isSilent = this.#isIdle;
		this.#isIdle = true;
		if (!isSilent || to === undefined || beats === undefined) return;
		const last = `Nats-Last-Consumer: ${this.#delivered}\r\nNats-Last-Stream: ${this.#lastSeq}`;
		const header = `NATS/1.0 100 Idle Heartbeat\r\n${last}\r\n\r\n`;
		this.#with.server.deliver(to, { subject: to, reply: "", header, data: none });
	}
}

function lastOfEach(messages: readonly MemoryMessage[]): MemoryMessage[] {
	const last = new Map(messages.map((message) => [message.subject, message]));
	return [...last.values()].sort((a, b) => a.seq - b.seq);
}
