/** Gifts of one price that the other source has not reported yet. */
interface Open {
	at: number;
	count: number;
}

interface Price {
	official: Open[];
	web: Open[];
}

export interface MatchFigures {
	/** Diamonds reported by the open platform; `web`: by the web; `matched`: by both. */
	official: number;
	web: number;
	matched: number;
}

/** Maximum difference between the times of one gift in two sources, ms. */
const apartMs = 20_000;
/** Maximum age of a waiting gift, relative to the newest, ms; and the maximum number of waiting gifts of one price. */
const waitMs = 600_000;
const maxWaiting = 2000;
const maxPrices = 1000;

/**
 * Estimates how far two sources report the same gifts, by time, price and count. It is only a figure and never joins
 * givers, because two gifts of one price at one time may be from two people.
 */
export class GiftMatch {
	readonly #prices = new Map<number, Price>();
	readonly #figures: MatchFigures = { official: 0, web: 0, matched: 0 };
	#newest = 0;

	get figures(): MatchFigures {
		return { ...this.#figures };
	}

	/** @param gift.at ms since the epoch @param gift.diamonds diamonds of one gift */
	add(source: "official" | "web", { at, count, diamonds }: { at: number; count: number; diamonds: number }): void {
		if (count <= 0 || diamonds <= 0) return;
		this.#figures[source] += count * diamonds;
		this.#newest = Math.max(this.#newest, at);
		const price = this.#price(diamonds);
		const [mine, others] = source === "official" ? [price.official, price.web] : [price.web, price.official];
		let left = count;
		while (left > 0) {
			const i = others.findIndex((other) => Math.abs(other.at - at) <= apartMs);
			const other = others[i];
			if (!other) break;
			const both = Math.min(left, other.count);
			this.#figures.matched += both * diamonds;
			left -= both;
			other.count -= both;
			if (other.count === 0) others.splice(i, 1);
		}
		if (left > 0) mine.push({ at, count: left });
		this.#forget(mine);
	}

	#forget(waiting: Open[]): void {
		while (waiting[0] && (waiting.length > maxWaiting || this.#newest - waiting[0].at > waitMs)) waiting.shift();
	}

	#price(diamonds: number): Price {
		let price = this.#prices.get(diamonds);
		if (price) return price;
		price = { official: [], web: [] };
		this.#prices.set(diamonds, price);
		const [oldest] = this.#prices.keys();
		if (this.#prices.size > maxPrices && oldest !== undefined) this.#prices.delete(oldest);
		return price;
	}
}
