import type { Timer } from "@livekeeper/douyin";
import type { Room } from "./room.ts";
import { afterSilence, speaksAgainst } from "./room-decisions.ts";
import { RoomFailure } from "./room-failure.ts";
import type { Doubt } from "./room-health.ts";
import type { RoomLoop, RunningSession } from "./room-loop.ts";
import { lookUp } from "./session-run.ts";

/**
 * Looks into the silence of a connected room. Broken: the page is looked at, and the session ends whatever it says.
 * Long, but not unlike the room: the page is looked at now and then, and the session ends only where the page has
 * something else to say.
 */
export class SilenceWatch {
	readonly #room: Room;
	readonly #loop: RoomLoop;
	/** The session whose silence is being looked into. */
	#verified: RunningSession | undefined;
	/** When the page of a quiet room was last looked at. */
	#lookedAt = Number.NEGATIVE_INFINITY;
	/** Fires when the connection would be broken before the next check. */
	#timer: Timer | undefined;

	constructor(room: Room, loop: RoomLoop) {
		this.#room = room;
		this.#loop = loop;
	}

	/** To be called every few seconds while the room is connected, after its health was assessed. */
	check(): void {
		const { connection } = this.#room;
		const now = this.#room.now();
		this.#watchUntilNextCheck(now);
		const { session } = this.#loop;
		const doubt = connection.doubt(now);
		if (doubt === "none" || !session) return;
		if (doubt === "bound" && this.#lookedLately(now)) return;
		this.#warn(now);
		if (session === this.#verified) return;
		if (doubt === "bound") this.#lookedAt = now;
		this.#verified = session;
		void this.#verify(session, doubt);
	}

	stop(): void {
		this.#timer?.cancel();
		this.#timer = undefined;
	}

	/** A busy room is broken between two checks: whatever came until this one, it is looked at when it would be. */
	#watchUntilNextCheck(now: number): void {
		this.stop();
		const { connection, deps, settings } = this.#room;
		const inMs = connection.brokenInMs(now);
		if (!inMs || inMs >= settings.healthCheckMs) return;
		this.#timer = deps.clock.after(inMs, () => {
			if (this.#room.state !== "connected") return;
			this.#room.assess();
			if (this.#room.health === "silent") this.check();
		});
	}

	/** A clock that was set back begins anew. */
	#lookedLately(now: number): boolean {
		const passed = now - this.#lookedAt;
		return passed >= 0 && passed < this.#room.settings.quietLookMs;
	}

	#warn(now: number): void {
		const { connection, liveId, upstream } = this.#room;
		if (!connection.warnOnce()) return;
		const seconds = Math.round(connection.limitMs / 1000);
		const fields = { reason: "silence", evidence: connection.evidence(now, upstream.identity).map(({ zh }) => zh) };
		this.#room.log("warn", "room_silent", `【!】直播间 ${liveId} 超过${seconds}秒未收到消息，可能连接异常`, fields);
	}

	/** Asks the page about a silent connection, and ends it, unless a message comes meanwhile. */
	async #verify(session: RunningSession, doubt: Exclude<Doubt, "none">): Promise<void> {
		const room = this.#room;
		try {
			const before = room.connection.lastMessageAt;
			const lookup = await lookUp(room, room.settings.silenceLookupLimitMs, session.over.signal);
			if (session.over.signal.aborted || room.connection.lastMessageAt !== before) return;
			if (doubt === "bound" && !speaksAgainst(room, lookup, session.target)) return;
			const silence = new RoomFailure("silence", room.connection.silenceText(room.now()));
			const plan = afterSilence(room, lookup, session.target, silence);
			this.#loop.interrupt(plan, room.state === "reconnecting" ? silence : undefined);
		} catch (error) {
			room.log("error", "silence_check_failed", "【!】查看静默的连接时出错，将再次查看", { err: error });
		} finally {
			this.#verified = undefined;
		}
	}
}
