import { type Clock, systemClock, type Timer } from "@livekeeper/douyin";
import { errors, type Msg, type NatsConnection, type Payload, type RequestOptions } from "@nats-io/transport-node";

/** Time after which an unanswered attempt is followed by another, ms: a server that hangs answers none. */
const attemptMs = 1_000;
/** Pause before the next attempt if there is no responder, as during an election, ms; doubled each time. */
const firstPauseMs = 50;

/** A request that waits for its answer. */
interface Waiting {
	/** Makes an attempt immediately. */
	attempt: () => void;
}

/**
 * Returns the same connection, with requests that don't depend on one server, one leader or one socket. Within its
 * `timeout` each is retried if the attempt before has no answer after a second, if there was no responder, and
 * immediately when a lost connection is back. The first answer counts, whichever attempt it is for. A request may thus
 * be carried out twice, so writes have to be idempotent, for instance by carrying an id.
 *
 * All requests to JetStream use this. Requests that must not be carried out twice, such as those between nodes, do not.
 * @param clock by which it waits
 */
export function patient(nc: NatsConnection, clock: Clock = systemClock): NatsConnection {
	const requests = new Requests(nc, clock);
	// The library's own parts use more of the connection than its interface has.
	return Object.assign(Object.create(nc) as NatsConnection, {
		request: (subject: string, data?: Payload, options?: RequestOptions) => requests.make(subject, data, options),
	});
}

class Requests {
	readonly #nc: NatsConnection;
	readonly #clock: Clock;
	readonly #waiting = new Set<Waiting>();
	#connected = true;

	constructor(nc: NatsConnection, clock: Clock) {
		this.#nc = nc;
		this.#clock = clock;
		void this.#watch();
	}

	/** @throws NoRespondersError if an attempt found no responder, TimeoutError if none was answered; errors of the library */
	make(subject: string, data?: Payload, options: RequestOptions = { timeout: attemptMs }): Promise<Msg> {
		const endsAt = this.#clock.elapsed() + options.timeout;
		let pauseMs = firstPauseMs;
		let failure: Error = new errors.TimeoutError();
		let timer: Timer | undefined;
		return new Promise<Msg>((resolve, reject) => {
			const waiting: Waiting = { attempt: () => attempt() };
			this.#waiting.add(waiting);
			const settle = (how: () => void) => {
				timer?.cancel();
				this.#waiting.delete(waiting);
				how();
			};
			const again = (ms: number) => {
				timer?.cancel();
				const leftMs = Math.max(0, endsAt - this.#clock.elapsed());
				if (ms < leftMs) timer = this.#clock.after(ms, attempt);
				else timer = this.#clock.after(leftMs, () => settle(() => reject(failure)));
			};
			const failed = (error: Error) => {
				if (!this.#waiting.has(waiting) || error instanceof errors.TimeoutError) return;
				if (!isUnanswered(error) || this.#nc.isClosed()) return settle(() => reject(error));
				failure = error;
				again(pauseMs);
				pauseMs = Math.min(attemptMs, pauseMs * 2);
			};
			const attempt = () => {
				again(attemptMs);
				// A request sent now would be lost with the broken connection.
				if (!this.#connected && !this.#nc.isClosed()) return;
				const timeout = Math.max(1, endsAt - this.#clock.elapsed());
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
		// The connection was closed; the library reports that.
		this.#attemptAll();
	}

	#attemptAll(): void {
		for (const { attempt } of [...this.#waiting]) attempt();
	}
}

/** Whether there was no responder, which is temporary. */
export function isUnanswered(error: unknown): boolean {
	return error instanceof errors.NoRespondersError || (error instanceof errors.RequestError && error.isNoResponders());
}
