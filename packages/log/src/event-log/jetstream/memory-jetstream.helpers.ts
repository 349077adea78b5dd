import { isDeepStrictEqual } from "node:util";
import type { Clock } from "@livekeeper/douyin";
import { MemoryConsumer, type MemoryConsumerConfig } from "./memory-consumer.helpers.ts";
import type { NatsMessage } from "./memory-nats.helpers.ts";
import {
	type MemoryMessage,
	MemoryStream,
	type MemoryStreamConfig,
	notFound,
	Refused,
} from "./memory-stream.helpers.ts";
import { isMatch } from "./nats-subject.helpers.ts";

/** The server that JetStream is part of. */
export interface MemoryServer {
	/** @param to the subject by which subscriptions are found. @returns whether one got it */
	deliver: (to: string, message: NatsMessage) => boolean;
	hasInterest: (subject: string) => boolean;
}

type Query = { seq?: number; next_by_subj?: string; last_by_subj?: string };
type Question = Record<string, unknown>;

const api = "$JS.API.";
const none = Buffer.alloc(0);
const iso = (ms: number) => new Date(ms).toISOString();

/** Streams and consumers in memory, and the part of JetStream's API that nodes use. */
export class MemoryJetStream {
	readonly #clock: Clock;
	readonly #server: MemoryServer;
	readonly #streams = new Map<string, MemoryStream>();
	readonly #consumers = new Map<string, MemoryConsumer>();
	#names = 0;

	constructor(clock: Clock, server: MemoryServer) {
		this.#clock = clock;
		this.#server = server;
	}

	close(): void {
		for (const consumer of this.#consumers.values()) consumer.close();
		this.#consumers.clear();
	}

	/** Called when a client subscribes: consumers deliver once they are listened to. */
	subscribed(filter: string): void {
		for (const consumer of [...this.#consumers.values()]) consumer.listened(filter);
	}

	/** @returns whether JetStream answers the message, or stores it */
	take(message: NatsMessage): boolean {
		const { subject, reply } = message;
		if (subject.startsWith("$JS.ACK.")) return true;
		if (subject.startsWith(`${api}DIRECT.GET.`)) return this.#direct(message);
		if (subject.startsWith(`${api}CONSUMER.MSG.NEXT.`)) return this.#pull(message);
		if (subject.startsWith(api)) {
			this.#reply(reply, this.#attempt(subject.slice(api.length), questionOf(message)));
			return true;
		}
		const stream = [...this.#streams.values()].find(({ config }) =>
			config.subjects.some((filter) => isMatch(filter, subject)),
		);
		if (!stream) return false;
		this.#store(stream, message);
		return true;
	}

	#store(stream: MemoryStream, { subject, reply, header, data }: NatsMessage): void {
		const { name, republish } = stream.config;
		const lastOfSubject = stream.last(subject)?.seq ?? 0;
		try {
			const { message, isDuplicate } = stream.store(subject, header, data);
			this.#reply(reply, { stream: name, seq: message.seq, ...(isDuplicate && { duplicate: true }) });
			if (isDuplicate) return;
			if (republish) this.#republish(name, republish, message, lastOfSubject);
			for (const consumer of [...this.#consumers.values()]) if (consumer.stream === stream) consumer.stored();
		} catch (error) {
			if (!(error instanceof Refused)) throw error;
			this.#reply(reply, { error: error.error, stream: name, seq: 0 });
		}
	}

	#republish(stream: string, { src, dest }: { src: string; dest: string }, message: MemoryMessage, last: number): void {
		if (!isMatch(src, message.subject)) return;
		const subject = `${dest.slice(0, -1)}${message.subject.slice(src.length - 1)}`;
		const header = withHeaders(message.header, {
			...{ "Nats-Stream": stream, "Nats-Subject": message.subject, "Nats-Sequence": message.seq },
			...{ "Nats-Time-Stamp": iso(message.at), "Nats-Last-Sequence": last },
		});
		this.#server.deliver(subject, { subject, reply: "", header, data: message.data });
	}

	#attempt(path: string, question: Question): object {
		try {
			return this.#answer(path, question);
		} catch (error) {
			if (!(error instanceof Refused)) throw error;
			return { error: error.error };
		}
	}

	#answer(path: string, question: Question): object {
		const [what, how, stream = "", consumer = ""] = path.split(".");
		switch (`${what}.${how}`) {
			case "INFO.undefined":
				return { memory: 0, storage: 0, streams: this.#streams.size, consumers: 0, limits: {}, api: {} };
			case "STREAM.CREATE":
				return this.#create(question as unknown as MemoryStreamConfig);
			case "STREAM.UPDATE":
				Object.assign(this.#stream(stream).config, question);
				return this.#info(this.#stream(stream));
			case "STREAM.INFO":
				return this.#info(this.#stream(stream), question["subjects_filter"] as string | undefined);
			case "STREAM.LIST":
			case "STREAM.NAMES":
				return this.#list(question["subject"] as string | undefined, how === "NAMES");
			case "STREAM.DELETE":
				return this.#delete(this.#stream(stream));
			case "STREAM.PURGE":
				return { success: true, purged: this.#stream(stream).purge(question) };
			case "STREAM.MSG":
				return { message: this.#find(path.split(".")[3] ?? "", question as Query) };
			case "CONSUMER.CREATE":
				return this.#consume(this.#stream(stream), question["config"] as MemoryConsumerConfig);
			case "CONSUMER.INFO":
				return this.#consumer(stream, consumer).info();
			case "CONSUMER.DELETE":
				this.#end(this.#consumer(stream, consumer));
				return { success: true };
			default:
				throw new Refused(501, 10_000, `not part of the stand-in: ${path}`);
		}
	}

	#create(config: MemoryStreamConfig): object {
		const known = this.#streams.get(config.name);
		if (known && isDeepStrictEqual(known.config, config)) return this.#info(known);
		if (known) throw new Refused(400, 10_058, "stream name already in use with a different configuration");
		const stream = new MemoryStream(config, this.#clock);
		this.#streams.set(config.name, stream);
		return { ...this.#info(stream), did_create: true };
	}

	#delete(stream: MemoryStream): object {
		this.#streams.delete(stream.config.name);
		for (const consumer of [...this.#consumers.values()]) if (consumer.stream === stream) this.#end(consumer);
		return { success: true };
	}

	#info(stream: MemoryStream, filter?: string): object {
		const { config, created, lastSeq, firstSeq, messages, bytes } = stream;
		const subjects = stream.subjectCount;
		return {
			...{ config, created: iso(created), cluster: { leader: "memory", replicas: [] } },
			state: {
				...{ messages: messages.length, bytes, first_seq: firstSeq, last_seq: lastSeq, consumer_count: 0 },
				...(subjects > 0 && { num_subjects: subjects }),
				...(filter !== undefined && { subjects: stream.subjects(filter) }),
			},
			...(filter !== undefined && { total: Object.keys(stream.subjects(filter)).length, offset: 0, limit: 100_000 }),
		};
	}

	#list(subject: string | undefined, isNames: boolean): object {
		const found = [...this.#streams.values()].filter(
			({ config }) =>
				subject === undefined || config.subjects.some((own) => isMatch(subject, own) || isMatch(own, subject)),
		);
		const streams = found.map((stream) => (isNames ? stream.config.name : this.#info(stream)));
		const type = `io.nats.jetstream.api.v1.stream_${isNames ? "names" : "list"}_response`;
		return { type, total: streams.length, offset: 0, limit: 256, streams };
	}

	#find(name: string, query: Query): object {
		const { seq, subject, header, data, at } = found(this.#stream(name), query);
		const hdrs = header === undefined ? {} : { hdrs: Buffer.from(header).toString("base64") };
		return { subject, seq, ...hdrs, data: data.toString("base64"), time: iso(at) };
	}

	#direct(message: NatsMessage): boolean {
		const [name = "", ...tokens] = message.subject.slice(`${api}DIRECT.GET.`.length).split(".");
		const query = tokens.length > 0 ? { last_by_subj: tokens.join(".") } : (questionOf(message) as Query);
		const stream = this.#streams.get(name);
		if (!stream) return false;
		try {
			const { seq, subject, header, data, at } = found(stream, query);
			const more = { "Nats-Stream": name, "Nats-Subject": subject, "Nats-Sequence": seq, "Nats-Time-Stamp": iso(at) };
			this.#send(message.reply, withHeaders(header, more), data);
		} catch (error) {
			if (!(error instanceof Refused)) throw error;
			this.#send(message.reply, "NATS/1.0 404 Message Not Found\r\n\r\n", none);
		}
		return true;
	}

	#consume(stream: MemoryStream, config: MemoryConsumerConfig): object {
		const name = config.name ?? config.durable_name ?? `memory${++this.#names}`;
		const { clock, server } = { clock: this.#clock, server: this.#server };
		const consumer = new MemoryConsumer(stream, { ...config, name }, { clock, server, end: (one) => this.#end(one) });
		this.#consumers.set(`${stream.config.name} ${name}`, consumer);
		return consumer.info();
	}

	#pull(message: NatsMessage): boolean {
		const [stream = "", name = ""] = message.subject.slice(`${api}CONSUMER.MSG.NEXT.`.length).split(".");
		const consumer = this.#consumers.get(`${stream} ${name}`);
		consumer?.pull(message.reply, questionOf(message));
		return consumer !== undefined;
	}

	#end(consumer: MemoryConsumer): void {
		consumer.close();
		this.#consumers.delete(`${consumer.stream.config.name} ${consumer.name}`);
	}

	#stream(name: string): MemoryStream {
		const stream = this.#streams.get(name);
		if (!stream) throw new Refused(404, 10_059, "stream not found");
		return stream;
	}

	#consumer(stream: string, name: string): MemoryConsumer {
		const consumer = this.#consumers.get(`${stream} ${name}`);
		if (!consumer) throw new Refused(404, 10_014, "consumer not found");
		return consumer;
	}

	#reply(to: string, answer: object): void {
		if (to !== "") this.#send(to, undefined, Buffer.from(JSON.stringify(answer)));
	}

	#send(to: string, header: string | undefined, data: Buffer): void {
		this.#server.deliver(to, { subject: to, reply: "", header, data });
	}
}

/** @throws Refused if there is none */
function found(stream: MemoryStream, { seq = 1, next_by_subj: next, last_by_subj: last }: Query): MemoryMessage {
	const message =
		last !== undefined ? stream.last(last) : next !== undefined ? stream.next([next], seq) : stream.at(seq);
	if (!message) throw notFound();
	return message;
}

function questionOf({ data }: NatsMessage): Question {
	return data.length === 0 ? {} : (JSON.parse(data.toString("utf8")) as Question);
}

function withHeaders(header: string | undefined, more: Record<string, string | number>): string {
	const lines = Object.entries(more).map(([name, value]) => `${name}: ${value}\r\n`);
	return `${(header ?? "NATS/1.0\r\n\r\n").slice(0, -2)}${lines.join("")}\r\n`;
}
