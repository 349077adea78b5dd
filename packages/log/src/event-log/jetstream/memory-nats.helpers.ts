import type { Clock } from "@livekeeper/douyin";
import { MemoryJetStream } from "./memory-jetstream.helpers.ts";
import { hasWildcard, isMatch } from "./nats-subject.helpers.ts";

/** The client's end of a connection. */
export interface NatsPeer {
	send(bytes: Buffer): void;
	close(): void;
}

/** The server's end of a connection. */
export interface NatsLine {
	receive(bytes: Uint8Array): void;
	/** The connection is lost. */
	closed(): void;
}

/** A message on its way. */
export interface NatsMessage {
	subject: string;
	reply: string;
	/** Raw headers, with their first line; absent: none. */
	header: string | undefined;
	data: Buffer;
}

interface Subscription {
	sid: string;
	filter: string;
	/** Number of messages after which it ends. */
	max: number;
	delivered: number;
}

const none = Buffer.alloc(0);
const maxPayload = 1_048_576;

/**
 * One NATS server with JetStream in memory: the part of its protocol that nodes use. Everything that it does follows
 * from what it receives and from its clock; what it sends, it sends at once.
 */
export class MemoryNats {
	readonly #connections = new Set<Connection>();
	readonly #jetStream: MemoryJetStream;
	#clients = 0;

	constructor(clock: Clock) {
		this.#jetStream = new MemoryJetStream(clock, {
			deliver: (subject, message) => this.deliver(subject, message) > 0,
			hasInterest: (subject) => [...this.#connections].some((one) => one.isInterested(subject)),
		});
	}

	accept(peer: NatsPeer): NatsLine {
		const connection = new Connection(peer, ++this.#clients, {
			publish: (message, from) => this.#publish(message, from),
			subscribed: (filter) => this.#jetStream.subscribed(filter),
		});
		this.#connections.add(connection);
		return {
			receive: (bytes) => connection.receive(bytes),
			closed: () => void this.#connections.delete(connection),
		};
	}

	/** Ends its timers. */
	close(): void {
		this.#jetStream.close();
	}

	/** @param to the subject by which subscriptions are found. @returns how many got it */
	deliver(to: string, message: NatsMessage): number {
		let receivers = 0;
		for (const connection of this.#connections) receivers += connection.deliver(to, message);
		return receivers;
	}

	#publish(message: NatsMessage, from: Connection): void {
		const isTaken = this.#jetStream.take(message);
		if (this.deliver(message.subject, message) > 0 || isTaken || message.reply === "") return;
		const header = "NATS/1.0 503\r\n\r\n";
		from.deliver(message.reply, { subject: message.reply, reply: "", header, data: none });
	}
}

interface Hub {
	publish: (message: NatsMessage, from: Connection) => void;
	subscribed: (filter: string) => void;
}

/** Speaks NATS' protocol with one client. */
class Connection {
	readonly #peer: NatsPeer;
	readonly #hub: Hub;
	readonly #subscriptions = new Map<string, Subscription>();
	/** Those that name one subject, by it, and the others. */
	readonly #exact = new Map<string, Set<Subscription>>();
	readonly #wild = new Set<Subscription>();
	#received: Buffer = none;

	constructor(peer: NatsPeer, id: number, hub: Hub) {
		this.#peer = peer;
		this.#hub = hub;
		const info = { server_id: "memory", server_name: "memory", version: "2.10.27", proto: 1, go: "", client_id: id };
		const more = { host: "127.0.0.1", port: 4222, headers: true, max_payload: maxPayload, jetstream: true };
		this.#send(`INFO ${JSON.stringify({ ...info, ...more })}\r\n`);
	}

	isInterested(subject: string): boolean {
		if (this.#exact.has(subject)) return true;
		for (const { filter } of this.#wild) if (isMatch(filter, subject)) return true;
		return false;
	}

	deliver(to: string, { subject, reply, header, data }: NatsMessage): number {
		let count = 0;
		for (const subscription of this.#matching(to)) {
			const { sid } = subscription;
			count++;
			if (++subscription.delivered >= subscription.max) this.#remove(sid);
			const head = Buffer.from(header ?? "");
			const start = `${subject} ${sid}${reply === "" ? "" : ` ${reply}`}`;
			const line =
				header === undefined
					? `MSG ${start} ${data.length}\r\n`
					: `HMSG ${start} ${head.length} ${head.length + data.length}\r\n`;
			this.#peer.send(Buffer.concat([Buffer.from(line), head, data, Buffer.from("\r\n")]));
		}
		return count;
	}

	#matching(subject: string): Subscription[] {
		const found = [...(this.#exact.get(subject) ?? [])];
		for (const one of this.#wild) if (isMatch(one.filter, subject)) found.push(one);
		return found;
	}

	#add(sid: string, filter: string): void {
		this.#remove(sid);
		const subscription = { sid, filter, max: Number.POSITIVE_INFINITY, delivered: 0 };
		this.#subscriptions.set(sid, subscription);
		if (hasWildcard(filter)) this.#wild.add(subscription);
		else this.#exact.set(filter, (this.#exact.get(filter) ?? new Set()).add(subscription));
	}

	#remove(sid: string): void {
		const subscription = this.#subscriptions.get(sid);
		if (!subscription) return;
		this.#subscriptions.delete(sid);
		this.#wild.delete(subscription);
		const same = this.#exact.get(subscription.filter);
		same?.delete(subscription);
		if (same?.size === 0) this.#exact.delete(subscription.filter);
	}

	receive(bytes: Uint8Array): void {
		this.#received = this.#received.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#received, bytes]);
		for (let end = this.#received.indexOf("\r\n"); end >= 0; end = this.#received.indexOf("\r\n")) {
			const line = this.#received.toString("latin1", 0, end);
			const used = this.#take(line, end + 2);
			if (used === undefined) return;
			this.#received = this.#received.subarray(used);
		}
	}

	/** @returns the number of bytes that the message took; `undefined` if it is not complete yet */
	#take(line: string, start: number): number | undefined {
		const [verb = "", ...words] = line.split(" ").filter((word) => word !== "");
		switch (verb.toUpperCase()) {
			case "PUB":
			case "HPUB":
				return this.#publish(verb.toUpperCase() === "HPUB", words, start);
			case "PING":
				this.#send("PONG\r\n");
				break;
			case "SUB":
				this.#add(words.at(-1) ?? "", words[0] ?? "");
				this.#hub.subscribed(words[0] ?? "");
				break;
			case "UNSUB":
				this.#unsubscribe(words[0] ?? "", Number(words[1] ?? 0));
				break;
			default:
				break;
		}
		return start;
	}

	#unsubscribe(sid: string, max: number): void {
		const subscription = this.#subscriptions.get(sid);
		if (subscription && max > subscription.delivered) subscription.max = max;
		else this.#remove(sid);
	}

	#publish(hasHeader: boolean, words: readonly string[], start: number): number | undefined {
		const sizes = words.slice(hasHeader ? -2 : -1).map(Number);
		const [subject = "", reply = ""] = words.slice(0, words.length - sizes.length);
		const total = sizes.at(-1) ?? 0;
		const headerSize = hasHeader ? (sizes[0] ?? 0) : 0;
		if (this.#received.length < start + total + 2) return undefined;
		const header = hasHeader ? this.#received.toString("utf8", start, start + headerSize) : undefined;
		const data = Buffer.from(this.#received.subarray(start + headerSize, start + total));
		this.#hub.publish({ subject, reply, header, data }, this);
		return start + total + 2;
	}

	#send(text: string): void {
		this.#peer.send(Buffer.from(text));
	}
}
