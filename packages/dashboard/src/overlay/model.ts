import type { RoomEvent } from "@livekeeper/client";
import { StreakShares } from "../gifts/streak-shares.ts";
import { type Line, likeness, lineMaker } from "./line.ts";
import type { Settings } from "./parameters.ts";

/** Maximum number of elements and texts that an overlay's lines have in the page, containers included. */
export const maxNodes = 60;

/** Nodes of the frame: the overlay itself, the list, and the note about missing gifts with its text. */
export const frameNodes = 4;

/** Maximum number of message ids that a merged line remembers. */
const maxIds = 100;

/** Consecutive joins, and consecutive likes, within this time share one line, ms. */
const foldMs = 10_000;

/** Whether a line shows its count. */
export function isCounted({ kind, count }: Line): boolean {
	return kind === "gift" || kind === "like" || (kind === "chat" && count > 1);
}

/**
 * Returns the number of elements and texts of a line, including pictures that are still loading; the view builds
 * exactly these.
 */
export function nodesOf(line: Line): number {
	const { picture, avatar, test } = line;
	const counted = isCounted(line);
	// The line, the name with its text, and the rest; a picture; the count with its text; the mark of a test with its
	// text.
	return 4 + Number(picture !== "") + Number(avatar !== "") + (counted ? 2 : 0) + (test ? 2 : 0);
}

/**
 * The lines of an overlay, oldest first. Keeps only the visible lines, so memory stays constant for any duration and
 * volume.
 */
export class OverlayModel {
	readonly #settings: Settings;
	readonly #lineOf: (event: RoomEvent) => Line | undefined;
	readonly #shares = new StreakShares();
	#lines: { line: Line; at: number }[] = [];
	/** Whether the site withheld gifts of this broadcast, so the visible gifts are incomplete. */
	incomplete = false;

	constructor(settings: Settings) {
		this.#settings = settings;
		this.#lineOf = lineMaker(settings);
	}

	get lines(): Line[] {
		return this.#lines.map(({ line }) => line);
	}

	/**
	 * Applies an event. @param now ms since the epoch
	 * @returns the line that was added or grew; `undefined` if none is shown
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

	/** Removes lines whose messages the upstream deleted. @returns the removed lines */
	takeBack(messageIds: readonly string[]): Line[] {
		const ids = new Set(messageIds);
		const gone = this.lines.filter((line) => line.ids.some((id) => ids.has(id)));
		if (gone.length > 0) this.#lines = this.#lines.filter(({ line }) => !gone.includes(line));
		return gone;
	}

	/** Removes lines that have been shown long enough. */
	expire(now: number): void {
		const { fade } = this.#settings;
		if (fade > 0) this.#lines = this.#lines.filter(({ at }) => now - at < fade * 1000);
	}

	/** Returns the event to show: the open platform pushes the same gifts, and each is shown once. */
	#counted(gift: Extract<RoomEvent, { type: "gift" }>): RoomEvent | undefined {
		const count = this.#shares.take(gift);
		if (gift.evidence) return undefined;
		// The open platform pushes every gift.
		if (gift.source === "official") this.incomplete = false;
		return count === gift.count ? gift : { ...gift, count };
	}

	/** Merges a step of a gift's streak, another join or like, or a repeated text into the existing line. */
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
			// The line keeps the name of its first author.
			const ids = [...former.ids, ...line.ids].slice(-maxIds);
			entry.line = { ...former, ids, count: former.count + 1 };
			return entry.line;
		}
		entry.line = {
			...line,
			key: former.key,
			// A streak reports its total so far; a late step may report a lower one.
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
		while (this.#lines.length > this.#settings.lines || nodes > maxNodes) {
			const oldest = this.#lines.shift();
			if (!oldest) return;
			nodes -= nodesOf(oldest.line);
		}
	}
}
