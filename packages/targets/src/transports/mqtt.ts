import { randomBytes } from "node:crypto";
import type { LookupFunction, Socket } from "node:net";
import type { Clock, Timer } from "@livekeeper/douyin";
import type { MqttClient } from "mqtt";
import { type AddressPolicy, checkHost, guardedLookup, systemResolver } from "../addresses.ts";
import { type DeliveryResult, failureOf, within } from "../delivery-result.ts";
import { refused } from "../presets/post.ts";
import { Inbound, placeOf } from "./inbound.ts";
import type { MqttBroker, MqttMessage, Publication } from "./out-message.ts";
import type { TransportOptions } from "./websockets.ts";

type Library = typeof import("mqtt");

/** CONNACK codes of MQTT 3.1.1 and 5 for a wrong name or password, or insufficient rights. */
const notAuthorized: readonly number[] = [4, 5, 134, 135];

/** Packets that a broker sends to a client without subscriptions. */
const expected: ReadonlySet<string> = new Set(["connack", "puback", "pingresp", "disconnect"]);

/** Maximum size of an expected packet of a broker, bytes. */
const maxPacketBytes = 16 * 1024;

/**
 * Time after which an idle connection is closed, and livekeeper reported as offline, ms. Until then silence means that
 * rooms are quiet.
 */
const maxQuietMs = 24 * 3_600_000;

/**
 * Minimum interval between repeats of the online status, ms. A will belongs to one connection, so another one, such as
 * that of another node, must repeat that it is online.
 */
const statusEveryMs = 60_000;

/** Size of the answer to a publication, with a reason in words, bytes. */
const ackBytes = 256;

/** Publishes over persistent connections, one for each broker. A lost connection is reopened for the next message. */
export class MqttBrokers {
	readonly #clock: Clock;
	readonly #allows: AddressPolicy;
	readonly #timeoutMs: number;
	readonly #lookup: LookupFunction;
	readonly #inbound: Inbound;
	readonly #connections = new Map<string, KeptBroker>();
	/** Loaded for the first message, because most services have no broker. */
	#library: Promise<Library> | undefined;

	constructor(options: TransportOptions) {
		this.#clock = options.clock;
		this.#allows = options.allows;
		this.#timeoutMs = options.timeoutMs ?? 10_000;
		this.#lookup = guardedLookup(options.resolve ?? systemResolver, options.allows);
		this.#inbound = options.inbound ?? new Inbound(options.clock);
	}

	/** Publishes a message. Never rejects: every failure is a result. */
	async send({ broker, first, publications }: MqttMessage, signal: AbortSignal): Promise<DeliveryResult> {
		let connection: KeptBroker | undefined;
		const url = new URL(broker.url);
		const { place } = placeOf(url);
		try {
			checkHost(url, this.#allows);
			const flooded = this.#inbound.flooded(place);
			if (flooded) throw flooded;
			this.#library ??= import("mqtt");
			const library = this.#library;
			return await within({ clock: this.#clock, timeoutMs: this.#timeoutMs, signal }, async () => {
				const loaded = await library;
				signal.throwIfAborted();
				const kept = this.#open(loaded, broker);
				connection = kept;
				await kept.opened;
				await kept.publish(first, publications);
				return { ok: true } as const;
			});
		} catch (error) {
			if (!signal.aborted) connection?.cut();
			return refusalOf(error) ?? failureOf(this.#inbound.flooded(place) ?? error);
		}
	}

	/** Closes every connection. */
	close(): void {
		for (const connection of this.#connections.values()) connection.cut();
	}

	#open(library: Library, broker: MqttBroker): KeptBroker {
		const key = JSON.stringify(broker);
		const kept = this.#connections.get(key);
		if (kept) return kept;
		const dial = () => this.#inbound.dial(new URL(broker.url), this.#lookup);
		const opened = new KeptBroker(
			clientOf(library, broker, dial),
			broker.statusTopic,
			this.#clock,
			this.#inbound,
			() => {
				if (this.#connections.get(key) === opened) this.#connections.delete(key);
			},
		);
		this.#connections.set(key, opened);
		return opened;
	}
}

function clientOf({ MqttClient }: Library, broker: MqttBroker, dial: () => Socket): MqttClient {
	const { username, password, version, statusTopic } = broker;
	return new MqttClient(dial, {
		// Random, because nodes of a cluster share targets, and a broker closes a connection whose id another client uses.
		clientId: `livekeeper-${randomBytes(6).toString("hex")}`,
		protocolVersion: version,
		...(username === undefined ? {} : { username }),
		...(password === undefined ? {} : { password }),
		will: { topic: statusTopic, payload: Buffer.from("offline"), qos: 1, retain: true },
		keepalive: 30,
		reconnectPeriod: 0,
		resubscribe: false,
		queueQoSZero: false,
		...(version === 5 && { properties: { maximumPacketSize: maxPacketBytes } }),
	});
}

/** One connection, and the messages it was sent once. */
class KeptBroker {
	readonly opened: Promise<void>;
	readonly #client: MqttClient;
	readonly #statusTopic: string;
	readonly #clock: Clock;
	readonly #inbound: Inbound;
	readonly #gone: () => void;
	readonly #lost: Promise<never>;
	readonly #sentFirst = new Set<string>();
	#idle: Timer | undefined;
	/** Time of the last online status, by the clock's `elapsed`. */
	#saidAt = Number.NEGATIVE_INFINITY;

	constructor(client: MqttClient, statusTopic: string, clock: Clock, inbound: Inbound, gone: () => void) {
		this.#client = client;
		this.#statusTopic = statusTopic;
		this.#clock = clock;
		this.#inbound = inbound;
		this.#gone = gone;
		this.#lost = new Promise((_, reject) => {
			client.on("error", reject);
			client.on("packetreceive", ({ cmd }) => {
				if (expected.has(cmd)) return;
				reject(new Error(`the broker sent a packet that nothing asks for (${cmd})`));
				this.cut();
			});
			client.on("close", () => {
				reject(new Error("the broker closed the connection"));
				this.cut();
			});
		});
		const connected = new Promise<void>((resolve) => client.once("connect", () => resolve()));
		this.opened = Promise.race([connected, this.#lost]);
		// A pending publish gets the error; there may be none left.
		this.#lost.catch(() => undefined);
		this.opened.catch(() => undefined);
	}

	/** @returns once the broker has acknowledged everything */
	async publish(first: readonly Publication[], publications: readonly Publication[]): Promise<void> {
		this.#idle?.cancel();
		const unsent = first.filter((one) => !this.#sentFirst.has(JSON.stringify(one)));
		const now = this.#clock.elapsed();
		const online = { topic: this.#statusTopic, payload: "online", retain: true };
		const status = now - this.#saidAt < statusEveryMs ? [] : [online];
		const sent = [...status, ...unsent, ...publications];
		this.#inbound.asked(this.#client.stream, ackBytes * sent.length);
		const all = sent.map(({ topic, payload, retain = false }) =>
			this.#client.publishAsync(topic, payload, { qos: 1, retain }),
		);
		await Promise.race([Promise.all(all), this.#lost]);
		for (const one of unsent) this.#sentFirst.add(JSON.stringify(one));
		if (status.length > 0) this.#saidAt = now;
		// Without a DISCONNECT, after which a broker would not publish the will.
		this.#idle = this.#clock.after(maxQuietMs, () => this.cut());
	}

	cut(): void {
		this.#gone();
		this.#idle?.cancel();
		this.#client.end(true);
	}
}

/** Maps an error to a refusal. The broker's errors have numbers, the system's have names. */
function refusalOf(error: unknown): DeliveryResult | undefined {
	const { code: number, message } = error as Partial<{ code: unknown; message: string }>;
	if (typeof number !== "number" || error instanceof DOMException) return undefined;
	return { gone: false, ...refused(notAuthorized.includes(number) ? "receiver_key" : "receiver_refused", message) };
}
