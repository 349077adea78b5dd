import type { DeliveryResult } from "../delivery-result.ts";
import type { Preset } from "../presets/preset.ts";
import { TargetSender } from "../target-sender.ts";
import { Inbound } from "./inbound.ts";
import { MailServers } from "./mail.ts";
import { MqttBrokers } from "./mqtt.ts";
import type { OutMessage } from "./out-message.ts";
import { type TransportOptions, WebSockets } from "./websockets.ts";

export interface SendOptions {
	/** Interprets an HTTP answer. */
	verdict: Preset<unknown>["verdict"];
	/** Aborts it at once. */
	signal: AbortSignal;
}

/** Sends messages to receivers over their transports. */
export class Transports {
	readonly #http: TargetSender;
	readonly #sockets: WebSockets;
	readonly #brokers: MqttBrokers;
	readonly #mail: MailServers;
	readonly #userAgent: string;

	constructor({ userAgent = "livekeeper", ...given }: TransportOptions & { userAgent?: string }) {
		const options = { ...given, inbound: given.inbound ?? new Inbound(given.clock) };
		this.#http = new TargetSender(options);
		this.#sockets = new WebSockets(options);
		this.#brokers = new MqttBrokers(options);
		this.#mail = new MailServers(options);
		this.#userAgent = userAgent;
	}

	/** Sends a message. Never rejects: every failure is a result. */
	async send(message: OutMessage, { verdict, signal }: SendOptions): Promise<DeliveryResult> {
		switch (message.via) {
			case "http": {
				const headers = { "user-agent": this.#userAgent, ...message.headers };
				return this.#http.send({ url: message.url, headers, body: message.body, signal, verdict });
			}
			case "websocket":
				return this.#sockets.send(message, signal);
			case "mqtt":
				return this.#brokers.send(message, signal);
			case "mail":
				return this.#mail.send(message, signal);
			case "nothing":
				return { gone: false, ...message.why };
		}
	}

	/** Closes every connection. */
	close(): void {
		this.#http.close();
		this.#sockets.close();
		this.#brokers.close();
		this.#mail.close();
	}
}
