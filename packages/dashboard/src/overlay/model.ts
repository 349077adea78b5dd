import type { RoomEvent } from "@livekeeper/client";
import { StreakShares } from "../gifts/streak-shares.ts";
import { type Line, likeness, lineMaker } from "./line.ts";
import type { Settings } from "./parameters.ts";

/** Elements and texts that an overlay's lines have in its page at most, with what they are in. */
export const mostNodes = 60;

/** The overlay itself, the list, and the sign that gifts are missing with its text. */
export const frameNodes = 4;

/** Maximum number of ids that a merged line remembers of its messages. */
const mostIds = 100;

/** People who come, and likes, one after the other within this time make one line, ms. */
const foldMs = 10_000;

/** Whether a line shows its count. */
export function isCounted({ kind, count }: Line): boolean {
	return kind === "gift" || kind === "like" || (kind === "chat" && count > 1);
}

/** Elements and texts of a line, pictures that are yet to come included; the view builds lines of these. */
export function nodesOf(line: Line): number {
	const { picture, avatar, test } = line;
	const counted = isCounted(line);
	// The line, the name and its text, what follows it; a picture; the count and its text; the sign of a test and its text.
	return 4 + Number(picture !== "") + Number(avatar !== "") + (counted ? 2 : 0) + (test ? 2 : 0);
}

/**
 * The lines of an overlay, oldest first. All that is kept are the lines that show, so nothing grows, however long it runs
 * and however much comes.
 */
export class OverlayModel {
	readonly #settings: Settings;
	readonly #lineOf: (event: RoomEvent) => Line | undefined;
	readonly #shares = new StreakShares();
	#lines: { line: Line; at: number }[] = [];
	/** Gifts of this broadcast were given that the site did not show: those that show are not all. */
	incomplete = false;

	constructor(settings: Settings) {
		this.#settings = settings;
		this.#lineOf = lineMaker(settings);
	}

	get lines(): Line[] {
		return this.#lines.map(({ line }) => line);
	}

	/**
	 * Takes what came. @param now ms
	 * @returns the line that it made, or that grew by it; `undefined` where it isn't shown
	 */
	add(event: RoomEvent, now: number): Line | undefined {
		if (event.type === "gifts_withheld") this.incomplete = true;
		if (event.type === "broadcast_started") this.incomplete = false;
		const counted = event.type === "gift" ? this.#counted(event) : event;
		const line = counted && this.#lineOf(counted);
		if (!line) return undefined;
		const grown = this.#grow(line, now);
		if (!grown) this.#lines.push({ line, at: now });
		this.#trim();
		return grown ?? line;
	}

	/** Takes out what the upstream took back. @returns the lines that are gone */
	takeBack(messageIds: readonly string[]): Line[] {
		const ids = new Set(messageIds);
		const gone = this.lines.filter((line) => line.ids.some((id) => ids.has(id)));
		if (gone.length > 0) this.#lines = this.#lines.filter(({ line }) => !gone.includes(line));
		return gone;
	}

	/** Takes out what has shown long enough. */
	expire(now: number): void {
		const { fade } = this.#settings;
		if (fade > 0) this.#lines = this.#lines.filter(({ at }) => now - at < fade * 1000);
	}

	/** The events that count: the open platform pushes the same gifts, and each shows once. */
	#counted(gift: Extract<RoomEvent, { type: "gift" }>): RoomEvent | undefined {
		const count = this.#shares.take(gift);
		if (gift.evidence) return undefined;
		// It pushes every gift.
		if (gift.source === "official") this.incomplete = false;
		return count === gift.count ? gift : { ...gift, count };
	}

	/** A step of a gift's streak, one more person or like, and the same text again belong to the line that is there. */
	#grow(line: Line, now: number): Line | undefined {
		const entry = this.#lines.findLast((shown) =>
			line.kind === "gift"
				? line.streakId !== "" && shown.line.streakId === line.streakId
				: this.#merges(shown, line, now) || this.#folds(shown, line, now),
		);
		if (!entry) return undefined;
		const { line: former } = entry;
		const gift = line.kind === "gift";
		entry.at = now;
		if (line.kind === "chat") {
			// It stays the one of who wrote it first.
			const ids = [...former.ids, ...line.ids].slice(-mostIds);
			entry.line = { ...former, ids, count: former.count + 1 };
			return entry.line;
		}
		entry.line = {
			...line,
			key: former.key,
			// A streak tells how many there are by now; a late step may tell fewer.
			count: gift ? Math.max(former.count, line.count) : former.count + line.count,
			diamonds: Math.max(former.diamonds, line.diamonds),
			people: former.people + Number(former.name !== line.name),
			card: former.card || line.card,
		};
		return entry.line;
	}

	#merges(shown: { line: Line; at: number }, { kind, text, test }: Line, now: number): boolean {
		if (kind !== "chat" || shown.line.kind !== "chat" || test || shown.line.test || text === "") return false;
		const { merge } = this.#settings;
		return now - shown.at < merge * 1000 && likeness(shown.line.text) === likeness(text);
	}

	#folds(shown: { line: Line; at: number }, { kind }: Line, now: number): boolean {
		const folding = kind === "member" || kind === "like";
		return folding && shown === this.#lines.at(-1) && shown.line.kind === kind && now - shown.at < foldMs;
	}

	#trim(): void {
		let nodes = this.#lines.reduce((sum, { line }) => sum + nodesOf(line), frameNodes);
		while (this.#lines.length > this.#settings.lines || nodes > mostNodes) {
			const oldest = this.#lines.shift();
			if (!oldest) return;
			nodes -= nodesOf(oldest.line);
		}
	}
}
