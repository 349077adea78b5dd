import type { RoomEvent } from "@livekeeper/client";
import { safeText } from "../text/safe-text.ts";
import { isTest } from "./made-up.ts";

type PkEvent = Extract<RoomEvent, { type: "pk_started" | "pk_score" | "pk_ended" }>;

export interface BattleSide {
	id: string;
	name: string;
	score: number;
	/** Score as the site shows it; it may be blurred. */
	shown: string;
}

/** A battle as an overlay shows it. Times are ms since the epoch. */
export interface Battle {
	id: string;
	/** The room's own side first. */
	sides: BattleSide[];
	/** 0: not reported. */
	endsAt: number;
	over: boolean;
	/** Time from which the battle is no longer shown. */
	goneAt: number;
	test: boolean;
}

/** Time that a result is shown if no punishment follows, ms. */
const resultMs = 10_000;
/** Time that a battle stays visible after its end (or its last event, if no end was reported), ms. */
const silenceMs = 120_000;

/** Event types that the model consumes. */
export const battleTypes = ["pk_started", "pk_score", "pk_ended"] as const;

/**
 * The current battle as reported by the room. Gives the same result for live events and for events read from the log.
 */
export class BattleModel {
	#battle: Battle | undefined;
	/** User id of the room's own anchor; empty if unknown. */
	anchorId = "";

	/** @param now ms since the epoch */
	at(now: number): Battle | undefined {
		if (!this.#battle || now >= this.#battle.goneAt) return undefined;
		const own = (side: BattleSide) => Number(side.id !== this.anchorId);
		return { ...this.#battle, sides: [...this.#battle.sides].sort((a, b) => own(a) - own(b)) };
	}

	clear(): void {
		this.#battle = undefined;
	}

	add(event: RoomEvent): void {
		if (event.type !== "pk_started" && event.type !== "pk_score" && event.type !== "pk_ended") return;
		const test = isTest(event);
		const former = this.#battle;
		// A test never covers a real battle.
		if (test && former && !former.test && event.at < former.goneAt) return;
		const same = former && former.test === test && (event.battle_id === "" || event.battle_id === former.id);
		if (!same && event.type === "pk_ended") return;
		if (!same && event.battle_id === "") return;
		const before: Battle = same ? former : { id: event.battle_id, sides: [], endsAt: 0, over: false, goneAt: 0, test };
		this.#battle = this.#next(before, event);
	}

	#next(before: Battle, event: PkEvent): Battle {
		const sides = this.#merged(before.sides, event);
		if (event.type === "pk_ended") {
			return { ...before, sides, over: true, goneAt: event.at + (event.punish_ms || resultMs) };
		}
		if (before.over) return { ...before, sides };
		const announced = event.type === "pk_started" && event.started_at > 0 && event.duration_ms > 0;
		const endsAt = announced ? event.started_at + event.duration_ms : before.endsAt;
		const goneAt = before.test ? endsAt : Math.max(endsAt, event.at) + silenceMs;
		return { ...before, sides, endsAt, goneAt };
	}

	/** Fields missing from a message keep their previous values. */
	#merged(before: readonly BattleSide[], { sides }: PkEvent): BattleSide[] {
		const merged = new Map(before.map((side) => [side.id, side]));
		for (const { id, name, score, display } of sides) {
			const known = merged.get(id) ?? { id, name: "", score: 0, shown: "" };
			merged.set(id, {
				id,
				name: name === "" ? known.name : safeText(name, 24),
				score: score ?? known.score,
				shown: score === undefined ? known.shown : safeText(display ?? "", 16),
			});
		}
		return [...merged.values()];
	}
}
