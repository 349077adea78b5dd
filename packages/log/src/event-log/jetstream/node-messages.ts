import { type NatsConnection, type Subscription, TimeoutError } from "@nats-io/transport-node";
import { tokenOf } from "../../storage/index.ts";

/** Sends messages between nodes over NATS, at most once: messages to an absent node are lost. */
export class NodeMessages {
	readonly #nc: NatsConnection;
	readonly #prefix: string;
	readonly #onError: (error: unknown) => void;
	readonly #subscriptions: Subscription[] = [];

	/** @param onError called with errors of handlers */
	constructor(nc: NatsConnection, prefix: string, onError: (error: unknown) => void) {
		this.#nc = nc;
		this.#prefix = prefix;
		this.#onError = onError;
	}

	/** Maximum size of a message, bytes. */
	get maxBytes(): number {
		return this.#nc.info?.max_payload ?? 1 << 20;
	}

	/** Measures the round trip to the server. @throws errors of NATS, immediately while not connected */
	async roundTripMs(): Promise<number> {
		const startedAt = performance.now();
		await this.#nc.rtt();
		return performance.now() - startedAt;
	}

	/** Sends a message to all nodes, including this one. */
	publish(topic: string, message: Uint8Array): void {
		if (!this.#nc.isClosed()) this.#nc.publish(`${this.#prefix}.node.${topic}`, message);
	}

	subscribe(topic: string, listener: (message: Uint8Array) => void): void {
		this.#subscribe(`${this.#prefix}.node.${topic}`, ({ data }) => listener(data));
	}

	/** @returns the answer; `undefined` if the node gave none in time. @throws errors of NATS */
	async ask(node: string, question: Uint8Array, timeoutMs: number): Promise<Uint8Array | undefined> {
		try {
			const subject = `${this.#prefix}.node.ask.${tokenOf(node)}`;
			return (await this.#nc.request(subject, question, { timeout: timeoutMs })).data;
		} catch (error) {
			if (error instanceof TimeoutError || (error instanceof Error && error.name === "RequestError")) return undefined;
			throw error;
		}
	}

	/** Answers requests to this node. */
	onAsked(node: string, answer: (question: Uint8Array) => Promise<Uint8Array>): void {
		this.#subscribe(`${this.#prefix}.node.ask.${tokenOf(node)}`, (message) => {
			answer(message.data).then((data) => message.respond(data), this.#onError);
		});
	}

	close(): void {
		for (const subscription of this.#subscriptions) subscription.unsubscribe();
	}

	#subscribe(subject: string, handle: (message: { data: Uint8Array; respond(data: Uint8Array): boolean }) => void) {
		const callback = (error: Error | null, message: { data: Uint8Array; respond(data: Uint8Array): boolean }) => {
			try {
				if (error) throw error;
				handle(message);
			} catch (thrown) {
				this.#onError(thrown);
			}
		};
		this.#subscriptions.push(this.#nc.subscribe(subject, { callback }));
	}
}
