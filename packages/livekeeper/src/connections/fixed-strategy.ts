import type { Advice, ConnectionKey, Hold } from "../rooms/index.ts";
import { IdentityPauses } from "./identity-pauses.ts";
import type { ReconnectStatus, ReconnectStrategy } from "./reconnect-strategy.ts";

/** Each connection by itself, by the promised schedule. Those that fail together are spread by the pace of handshakes. */
export class FixedStrategy implements ReconnectStrategy {
	readonly #pauses: IdentityPauses;

	/** @param pauses which identities are to wait */
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
		// What one room does says nothing of the others.
	}

	opened(): void {
		// The same.
	}

	works(): void {
		// The same.
	}

	left(): void {
		// The same.
	}

	status(): ReconnectStatus {
		return { strategy: "fixed", hosts: [] };
	}
}
