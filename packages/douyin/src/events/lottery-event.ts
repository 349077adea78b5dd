import type { EventBase } from "./event-base.ts";

/** A box of diamonds (红包) that somebody gave to the audience; `user` is who. Its events go together by `boxId`. */
export interface LuckyBoxEvent extends EventBase {
	type: "lucky_box";
	/** `update`: what is left of it. */
	action: "sent" | "update" | "won" | "ended";
	boxId: string;
	/** With `sent` and `update`; "" otherwise. */
	title: string;
	/** What is in it; 0 if not given. */
	diamondCount: number;
	/** When it can be opened, ms since the epoch; 0 if not given. The upstream's delay is taken as seconds. */
	opensAt: number;
	/** With `won`: ids of users who got something. */
	winners: string[];
	/** With `update`: into how many parts it was divided, how many of them are left, and the diamonds in these. */
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
	/** What there is to win, as the upstream calls it; may be "". */
	prize: string;
	/** How much there is to win: of 福袋 with diamonds, their number. 0 if not given. */
	prizeCount: number;
	/** How many can win; 0 if not given. */
	luckyCount: number;
	/** How many take part; 0 if not given. */
	participants: number;
	/** ms since the epoch; 0 if not given. */
	startedAt: number;
	drawsAt: number;
	/** With `drawn`: ids of users who have won. */
	winners: string[];
}
