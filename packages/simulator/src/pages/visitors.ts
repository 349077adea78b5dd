import { hash32, id19 } from "../traffic/random.ts";

/** Gives visitors their cookies. */
export class Visitors {
	readonly #seed: number;
	#given = 0;

	constructor(seed: number) {
		this.#seed = seed;
	}

	/** Returns a `Set-Cookie` line with a fresh `ttwid`: valid for a year. */
	newTtwid(nowMs: number): string {
		const n = ++this.#given;
		const words = [0, 1, 2, 3].map((i) => hash32(this.#seed, "ttwid", n, i).toString(16).padStart(8, "0")).join("");
		const value = `1%7Csim${words}%7C${Math.floor(nowMs / 1000)}%7C${words.repeat(2)}`;
		return `ttwid=${value}; Path=/; Max-Age=31536000; HttpOnly`;
	}

	/** Returns a `Set-Cookie` line for clients without any cookie. */
	newNonce(): string {
		const n = ++this.#given;
		const value = hash32(this.#seed, "nonce", n).toString(16).padStart(8, "0");
		return `__ac_nonce=0${value}${value}0000; Path=/; Max-Age=1800`;
	}

	/** Returns the id that a visitor's page names (`user_unique_id`): the same for the same cookie. */
	idOf(cookie: string): string {
		return id19(this.#seed, "visitor", cookie);
	}
}
