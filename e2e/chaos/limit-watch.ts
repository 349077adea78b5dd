import type { LimitsInput } from "./actions.ts";
import type { AttemptBook } from "./attempts.ts";
import type { ChaosService } from "./chaos-service.ts";
import type { Link } from "./network.ts";

/** The parts of the world that it observes. */
interface Scene {
	/** Limits currently in force. */
	limits: LimitsInput;
	service: Pick<ChaosService, "request">;
	network: { links: readonly Link[] };
	book: Pick<AttemptBook, "identityOf">;
}

/** Raises or clears a doubt. */
type Doubt = (words: string, doubtful: boolean, minMs?: number) => void;

interface Pool {
	held: number;
	queue: { live_id: string }[];
}

/** Checks that connection limits are respected, and that no room waits although a connection is free. */
export class LimitWatch {
	readonly #world: Scene;
	readonly #doubt: Doubt;
	/** Rooms seen in the queue. */
	readonly waited = new Set<string>();

	constructor(world: Scene, doubt: Doubt) {
		this.#world = world;
		this.#doubt = doubt;
	}

	/** Checks the sockets as the network sees them: one closes before the next opens. */
	lookAtSockets(): void {
		const { limits, network, book } = this.#world;
		const total = limits.max_connections ?? Number.POSITIVE_INFINITY;
		const each = limits.max_connections_per_identity ?? Number.POSITIVE_INFINITY;
		const open = new Map<string, number>();
		let all = 0;
		for (const link of network.links) {
			if (link.topic === undefined) continue;
			const identity = book.identityOf(link);
			open.set(identity, (open.get(identity) ?? 0) + 1);
			all++;
		}
		this.#doubt("more sockets than max_connections", all > total, 1);
		const max = Math.max(0, ...open.values());
		this.#doubt("more sockets of one identity than max_connections_per_identity", max > each, 1);
	}

	/** @throws Error while the service is down */
	async look(): Promise<void> {
		const { limits, service } = this.#world;
		const { body } = await service.request("GET", "/api/v1/connections");
		const { held, queue } = body as Pool;
		for (const { live_id } of queue) this.waited.add(live_id);
		const { max_connections: total, max_connections_per_identity: each } = limits;
		// The answer does not say whose identity is full.
		const free = each === null && held < (total ?? Number.POSITIVE_INFINITY);
		this.#doubt("a room waits for a connection while one is free", queue.length > 0 && free);
	}
}
