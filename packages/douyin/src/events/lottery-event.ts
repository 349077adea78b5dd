import type { EventBase } from "./event-base.ts";

/** A box of diamonds (红包) that a viewer gave to the audience; `user` is the giver. `boxId` joins its events. */
export interface LuckyBoxEvent extends EventBase {
	type: "lucky_box";
	/** `update`: its remaining content changed. */
	action: "sent" | "update" | "won" | "ended";
	boxId: string;
	/** With `sent` and `update`; "" otherwise. */
	title: string;
	/** Diamonds in it; 0 if not given. */
	diamondCount: number;
	/** Time from which it can be opened, ms since the epoch; 0 if not given. The upstream's delay is read as seconds. */
	opensAt: number;
	/** With `won`: ids of the winners. */
	winners: string[];
	/** With `update`: number of parts it was divided into, number of parts left, and the diamonds in these. */
	parts?: number;
	partsLeft?: number;
	diamondsLeft?: number;
}

/** A lottery (福袋): its current state, or its winners. `lotteryId` joins its events. */
export interface LotteryEvent extends EventBase {
	type: "lottery";
	action: "update" | "drawn";
	lotteryId: string;
	/** The upstream's number; 0 if not given. No source lists them. */
	status: number;
	/** Name of the prize, as the upstream calls it; may be "". */
	prize: string;
	/** Amount of the prize: for 福袋 with diamonds, their number. 0 if not given. */
	prizeCount: number;
	/** Maximum number of winners; 0 if not given. */
	luckyCount: number;
	/** Number of participants; 0 if not given. */
	participants: number;
	/** ms since the epoch; 0 if not given. */
	startedAt: number;
	drawsAt: number;
	/** With `drawn`: ids of the winners. */
	winners: string[];
}
