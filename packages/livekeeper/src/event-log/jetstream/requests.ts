import { errors, type Msg, type NatsConnection, type Payload, type RequestOptions } from "@nats-io/transport-node";

/** Time after which an unanswered attempt is followed by another, ms: a server that hangs answers none. */
const attemptMs = 1_000;
/** Where nobody is there to answer, as during an election, the next attempt follows after this, then after twice as long, ms. */
const firstPauseMs = 50;

/** A request that waits for its answer. */
interface Waiting {
	/** Makes an attempt at once. */
	attempt: () => void;
}

/**
 * The same connection, whose requests don't depend on one server, one leader or one socket: within its `timeout` each is
 * made again where the attempt before has no answer after a second, where nobody was there to answer it, and at once when a
 * lost connection is back. The first answer counts, whichever attempt it is for. So a request may be carried out twice:
 * what is written has to bear that, by an id of its own for instance.
 *
 * Whatever goes to JetStream goes through this. What must not be done twice, as what one node asks of another, does not.
 */
export function patient(nc: NatsConnection): NatsConnection {
	const requests = new Requests(nc);
	// The library's own parts ask the connection for more than its interface has.
	return Object.assign(Object.create(nc) as NatsConnection, {
		request: (subject: string, data?: Payload, options?: RequestOptions) => requests.make(subject, data, options),
	});
}

class Requests {
	readonly #nc: NatsConnection;
	readonly #waiting = new Set<Waiting>();
	#connected = true;

	constructor(nc: NatsConnection) {
		this.#nc = nc;
		void this.#watch();
	}

	/** @throws TimeoutError where no attempt was answered; what the library throws */
	make(subject: string, data?: Payload, options: RequestOptions = { timeout: attemptMs }): Promise<Msg> {
		const endsAt = performance.now() + options.timeout;
		let pauseMs = firstPauseMs;
		let timer: NodeJS.Timeout | undefined;
		return new Promise<Msg>((resolve, reject) => {
			const waiting: Waiting = { attempt: () => attempt() };
			this.#waiting.add(waiting);
			const settle = (how: () => void) => {
				clearTimeout(timer);
				this.#waiting.delete(waiting);
				how();
			};
			/** @param failure makes what is thrown where the time is over by then */
			const again = (ms: number, failure: () => Error) => {
				clearTimeout(timer);
				const leftMs = Math.max(0, endsAt - performance.now());
				if (ms < leftMs) timer = setTimeout(attempt, ms);
				else timer = setTimeout(() => settle(() => reject(failure())), leftMs);
			};
			const failed = (error: Error) => {
				if (!this.#waiting.has(waiting) || error instanceof errors.TimeoutError) return;
				if (!isUnanswered(error) || this.#nc.isClosed()) return settle(() => reject(error));
				again(pauseMs, () => error);
				pauseMs = Math.min(attemptMs, pauseMs * 2);
			};
			const attempt = () => {
				again(attemptMs, () => new errors.TimeoutError());
				// What is sent now would be lost with the connection that is gone.
				if (!this.#connected && !this.#nc.isClosed()) return;
				const timeout = Math.max(1, endsAt - performance.now());
				this.#nc
					.request(subject, data, { ...options, timeout })
					.then((answer) => settle(() => resolve(answer)), failed);
			};
			attempt();
		});
	}

	async #watch(): Promise<void> {
		for await (const { type } of this.#nc.status()) {
			if (type === "disconnect") this.#connected = false;
			if (type !== "reconnect") continue;
			this.#connected = true;
			this.#attemptAll();
		}
		// It was closed: the library says so.
		this.#attemptAll();
	}

	#attemptAll(): void {
		for (const { attempt } of [...this.#waiting]) attempt();
	}
}

/** Whether nobody was there to answer, which passes. */
export function isUnanswered(error: unknown): boolean {
	return error instanceof errors.NoRespondersError || (error instanceof errors.RequestError && error.isNoResponders());
}
