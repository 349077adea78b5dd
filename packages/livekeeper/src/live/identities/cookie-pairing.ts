import { randomInt, randomUUID, timingSafeEqual } from "node:crypto";
import { LivekeeperError } from "@livekeeper/base/errors";
import { requestTexts } from "@livekeeper/base/text";
import { type Clock, type Timer, wallTime } from "@livekeeper/douyin";
import type { PairingStore, StoredPairing } from "@livekeeper/log/storage";
import type { CookieView } from "./identity-service.ts";

/** `locked`: too many wrong codes were entered. */
export type PairingState = "waiting" | "received" | "expired" | "locked";

/** Public view of a pairing: never the cookie, and the code only when it is created. */
export interface PairingView {
	id: string;
	state: PairingState;
	/** Expiry of the code, and after receipt of the kept cookie, ms since the epoch. */
	expiresAt: number;
	/** The received cookie. */
	found: CookieView | undefined;
}

export interface CookiePairingOptions {
	/** Describes a cookie. @throws LivekeeperError `invalid_cookie` */
	read: (text: string) => CookieView;
	/** Shared by all nodes of a cluster. */
	store: PairingStore;
	clock: Clock;
}

const codeDigits = 6;
const codeMs = 5 * 60_000;
/** Lifetime of a received cookie, ms: long enough to test it and to choose its rooms. */
const keptMs = 15 * 60_000;
/** Maximum number of attempts, so a guess succeeds once in 200,000 pairings. */
const maxAttempts = 5;

/**
 * Lets a browser on a node's machine hand over its cookie: the user creates a code on the page and enters it there.
 * There is one pairing at a time; a code works once. All methods reject with LivekeeperError `storage_failing` if the
 * store does.
 */
export class CookiePairing {
	readonly #options: CookiePairingOptions;
	#forgetting: Timer | undefined;
	/** End of the current pairing by this node's elapsed time, because nodes' clocks differ and may be set. */
	#end = { of: "", at: 0 };

	constructor(options: CookiePairingOptions) {
		this.#options = options;
	}

	/** Replaces the previous pairing. @returns the code as well, only this once */
	async create(): Promise<{ pairing: PairingView; code: string }> {
		const { store, clock } = this.#options;
		const code = String(randomInt(10 ** codeDigits)).padStart(codeDigits, "0");
		const made = { id: randomUUID(), code, expiresAt: clock.now() + codeMs, attemptsLeft: maxAttempts };
		await store.change(() => made);
		return { pairing: this.#view(made), code };
	}

	/** @throws LivekeeperError `pairing_not_found` */
	async get(id: string): Promise<PairingView> {
		return this.#view(await this.#byId(id));
	}

	/** Forgets the pairing's cookie and code. @throws LivekeeperError `pairing_not_found` */
	async remove(id: string): Promise<void> {
		await this.#byId(id);
		await this.#options.store.remove();
	}

	/**
	 * Accepts a cookie that comes with the code. A cookie without a login leaves the code valid for a retry after logging
	 * in. A cookie that proves a passed slider needs no login and is not kept.
	 * @throws LivekeeperError `pairing_refused`, `invalid_cookie`
	 */
	async receive(code: string, cookie: string, use: "login" | "passed" = "login"): Promise<CookieView> {
		const { store, clock, read } = this.#options;
		let found: CookieView | undefined;
		await store.change((pairing) => {
			found = undefined;
			if (!pairing || this.#stateOf(pairing) !== "waiting") return undefined;
			if (!isSame(code, pairing.code)) return { ...pairing, attemptsLeft: pairing.attemptsLeft - 1 };
			found = read(cookie);
			if (use === "passed") return { ...pairing, received: "", expiresAt: clock.now() + keptMs };
			return found.loggedIn ? { ...pairing, received: cookie, expiresAt: clock.now() + keptMs } : undefined;
		});
		if (!found) throw refused();
		if (found.loggedIn) this.#forgetLater();
		return found;
	}

	/** Returns the received cookie. @throws LivekeeperError `pairing_not_found` if there is none or it has expired */
	async cookieOf(id: string): Promise<string> {
		const pairing = await this.#byId(id);
		const { received } = this.#stateOf(pairing) === "received" ? pairing : {};
		if (!received) throw new LivekeeperError("pairing_not_found", requestTexts.nothingReceived);
		return received;
	}

	/** Forgets a received cookie that is not fetched in time. */
	#forgetLater(): void {
		const { store, clock } = this.#options;
		this.#forgetting?.cancel();
		this.#forgetting = clock.after(keptMs, () => {
			const forgotten = ({ received: _, ...pairing }: StoredPairing) => pairing;
			const forget = store.change((pairing) =>
				pairing && this.#stateOf(pairing) === "expired" ? forgotten(pairing) : undefined,
			);
			// It is sealed, and no further answer returns it.
			void forget.catch(() => undefined);
		});
	}

	async #byId(id: string): Promise<StoredPairing> {
		const pairing = await this.#options.store.get();
		if (pairing?.id === id) return pairing;
		throw new LivekeeperError("pairing_not_found", requestTexts.noPairing);
	}

	/** Returns the end of a pairing, counted from when this node first saw it. */
	#endOf({ id, expiresAt }: StoredPairing): number {
		const { clock } = this.#options;
		const of = `${id} ${expiresAt}`;
		const leftMs = Math.min(keptMs, expiresAt - clock.now());
		if (this.#end.of !== of) this.#end = { of, at: clock.elapsed() + leftMs };
		return this.#end.at;
	}

	#stateOf(pairing: StoredPairing): PairingState {
		const { received, attemptsLeft } = pairing;
		if (this.#endOf(pairing) <= this.#options.clock.elapsed()) return "expired";
		if (received !== undefined) return "received";
		return attemptsLeft > 0 ? "waiting" : "locked";
	}

	#view(pairing: StoredPairing): PairingView {
		const { id, received } = pairing;
		const state = this.#stateOf(pairing);
		const found = state === "received" && received ? this.#options.read(received) : undefined;
		return { id, state, expiresAt: wallTime(this.#options.clock, this.#endOf(pairing)), found };
	}
}

/** Compares in the same time for every wrong code. */
function isSame(given: string, code: string): boolean {
	const [one, other] = [Buffer.from(given), Buffer.from(code)];
	return one.length === other.length && timingSafeEqual(one, other);
}

/** Returns the same error for a wrong and for an expired code, so it does not help to guess. */
function refused(): LivekeeperError {
	return new LivekeeperError("pairing_refused", requestTexts.pairingRefused);
}
