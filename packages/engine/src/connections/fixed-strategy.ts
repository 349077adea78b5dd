import type { Advice, ConnectionKey, Hold } from "../rooms/index.ts";
import { IdentityPauses } from "./identity-pauses.ts";
import type { ReconnectStatus, ReconnectStrategy } from "./reconnect-strategy.ts";

/**
 * Retries each connection by itself on the promised schedule. Those that fail together are spread by the pace of
 * handshakes.
 */
export class FixedStrategy implements ReconnectStrategy {
	readonly #pauses: IdentityPauses;

	/** @param pauses identities that have to wait */
	constructor(pauses = new IdentityPauses()) {
		this.#pauses = pauses;
	}

	get isQuiet(): boolean {
		return this.#pauses.areNone;
	}

	hold({ identity }: ConnectionKey, now: number): Hold | undefined {
		return this.#pauses.hold(identity, now);
	}

	failed(): Advice {
		return {};
	}

	begins(): void {
		// One room's result says nothing about the others.
	}

	opened(): void {
		// As above.
	}

	works(): void {
		// As above.
	}

	left(): void {
		// As above.
	}

	status(): ReconnectStatus {
		return { strategy: "fixed", hosts: [] };
	}
}
