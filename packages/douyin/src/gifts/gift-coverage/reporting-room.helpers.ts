import { GiftCoverage } from "./gift-coverage.ts";
import type { TotalSource } from "./total-seen.ts";

export const startMs = 1_790_000_000_000;

/** A room that reports a test's gifts and totals, at seconds of its broadcast. */
export class ReportingRoom {
	coverage = new GiftCoverage();
	gift(second: number, diamonds: number, giver = "anna", came = second, earlier = 0): this {
		this.coverage.gift({ diamonds, earlier, giver, at: startMs + second * 1_000 }, startMs + came * 1_000);
		return this;
	}

	total(second: number, value: number, of: { source?: TotalSource; key?: string; step?: number } = {}): this {
		const total = { source: "room_total", key: "", step: 1, ...of, value, at: startMs + second * 1_000 } as const;
		this.coverage.totals([total], startMs + second * 1_000);
		return this;
	}

	/** Reports the same total again and again, so that earlier reports are judged. */
	still(from: number, to: number, value: number): this {
		for (let second = from; second <= to; second += 5) this.total(second, value);
		return this;
	}

	get estimate() {
		return this.coverage.estimate();
	}
}
