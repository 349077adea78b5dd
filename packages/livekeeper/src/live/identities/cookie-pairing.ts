import { randomInt, randomUUID, timingSafeEqual } from "node:crypto";
import { type Clock, wallTime } from "@livekeeper/douyin";
import { LivekeeperError } from "../../errors.ts";
import { requestTexts } from "../../text/index.ts";
import type { CookieView } from "./identity-service.ts";

/** `locked`: too many wrong codes came. */
export type PairingState = "waiting" | "received" | "expired" | "locked";

/** What others may see of a pairing: never the cookie, and the code only where it is made. */
export interface PairingView {
	id: string;
	state: PairingState;
	/** Until when the code opens it, and then until when the cookie is kept, ms since the epoch. */
	expiresAt: number;
	/** The cookie that was received. */
	found: CookieView | undefined;
}

export interface CookiePairingOptions {
	/** Says what a cookie is. @throws LivekeeperError `invalid_cookie` */
	read: (text: string) => CookieView;
	clock: Clock;
}

interface Pairing {
	id: string;
	code: string;
	/** End by elapsed time, ms. */
	expiresAt: number;
	attemptsLeft: number;
	received?: string;
}

const codeDigits = 6;
const codeMs = 5 * 60_000;
/** Long enough to test the cookie and to choose its rooms. */
const keptMs = 15 * 60_000;
/** A guess is right once in 200,000 pairings. */
const mostAttempts = 5;

/**
 * Lets a browser on this machine hand its cookie over: the user makes a code on the page and types it there. One at a
 * time, in memory alone; a code opens once.
 */
export class CookiePairing {
	readonly #options: CookiePairingOptions;
	#pairing: Pairing | undefined;

	constructor(options: CookiePairingOptions) {
		this.#options = options;
	}

	/** Takes the place of the one before. @returns the code as well, here and never again */
	create(): { pairing: PairingView; code: string } {
		const code = String(randomInt(10 ** codeDigits)).padStart(codeDigits, "0");
		this.#pairing = { id: randomUUID(), code, expiresAt: this.#elapsed() + codeMs, attemptsLeft: mostAttempts };
		return { pairing: this.#view(this.#pairing), code };
	}

	/** @throws LivekeeperError `pairing_not_found` */
	get(id: string): PairingView {
		return this.#view(this.#byId(id));
	}

	/** Forgets its cookie and its code. @throws LivekeeperError `pairing_not_found` */
	remove(id: string): void {
		this.#byId(id);
		this.#pairing = undefined;
	}

	/**
	 * Takes a cookie that comes with the code. One without a login leaves the code valid, for a try after logging in.
	 * @throws LivekeeperError `pairing_refused`, `invalid_cookie`
	 */
	receive(code: string, cookie: string): CookieView {
		const pairing = this.#pairing;
		if (!pairing || this.#stateOf(pairing) !== "waiting") throw refused();
		if (!isSame(code, pairing.code)) {
			pairing.attemptsLeft--;
			throw refused();
		}
		const found = this.#options.read(cookie);
		if (found.loggedIn) Object.assign(pairing, { received: cookie, expiresAt: this.#elapsed() + keptMs });
		return found;
	}

	/** The cookie that was received. @throws LivekeeperError `pairing_not_found` where there is none, or none any more */
	cookieOf(id: string): string {
		const pairing = this.#byId(id);
		const { received } = this.#stateOf(pairing) === "received" ? pairing : {};
		if (received === undefined) throw new LivekeeperError("pairing_not_found", requestTexts.nothingReceived);
		return received;
	}

	#byId(id: string): Pairing {
		if (this.#pairing?.id === id) return this.#pairing;
		throw new LivekeeperError("pairing_not_found", requestTexts.noPairing);
	}

	#stateOf(pairing: Pairing): PairingState {
		if (pairing.expiresAt <= this.#elapsed()) {
			delete pairing.received;
			return "expired";
		}
		if (pairing.received !== undefined) return "received";
		return pairing.attemptsLeft > 0 ? "waiting" : "locked";
	}

	#view(pairing: Pairing): PairingView {
		const { id, expiresAt, received } = pairing;
		const state = this.#stateOf(pairing);
		const found = state === "received" && received !== undefined ? this.#options.read(received) : undefined;
		return { id, state, expiresAt: wallTime(this.#options.clock, expiresAt), found };
	}

	#elapsed(): number {
		return this.#options.clock.elapsed();
	}
}

/** Takes the same time for every wrong code. */
function isSame(given: string, code: string): boolean {
	const [one, other] = [Buffer.from(given), Buffer.from(code)];
	return one.length === other.length && timingSafeEqual(one, other);
}

/** The same whether the code is wrong or too late: no answer helps to guess. */
function refused(): LivekeeperError {
	return new LivekeeperError("pairing_refused", requestTexts.pairingRefused);
}
