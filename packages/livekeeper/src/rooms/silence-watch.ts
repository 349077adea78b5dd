import type { Timer } from "@livekeeper/douyin";
import type { Doubt } from "../health/index.ts";
import { findingText } from "../text/index.ts";
import { lookUp } from "./look-up.ts";
import type { Room } from "./room.ts";
import type { RoomConnections, Standing } from "./room-connections.ts";
import { afterEnd, afterSilence, speaksAgainst } from "./room-decisions.ts";
import { RoomFailure } from "./room-failure.ts";

/**
 * Looks into the silence of a connected room. Broken: the page is looked at, and the session ends whatever it says.
 * Long, but not unlike the room: the page is looked at now and then, and the session ends only where the page has
 * something else to say.
 */
export class SilenceWatch {
	readonly #room: Room;
	readonly #connections: RoomConnections;
	/** The connection whose silence is being looked into. */
	#verified: Standing | undefined;
	/** When the page of a quiet room was last looked at. */
	#lookedAt = Number.NEGATIVE_INFINITY;
	/** Fires when the connection would be broken before the next check. */
	#timer: Timer | undefined;

	constructor(room: Room) {
		this.#room = room;
		this.#connections = room.connections;
	}

	/** To be called every few seconds while the room is connected, after its health was assessed. */
	check(): void {
		const { connection } = this.#room;
		const now = this.#room.elapsed();
		this.#watchUntilNextCheck(now);
		const { standing } = this.#connections;
		if (standing && this.#hasEnded(standing.target.roomId, now)) {
			this.#connections.interrupt(afterEnd(this.#room, standing.target.roomId, "offline"));
			return;
		}
		const doubt = connection.doubt(now);
		if (doubt === "none" || !standing) return;
		if (doubt === "bound" && now - this.#lookedAt < this.#room.settings.quietLookMs) return;
		this.#warn(now);
		if (standing === this.#verified) return;
		if (doubt === "bound") this.#lookedAt = now;
		this.#verified = standing;
		void this.#verify(standing, doubt);
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

	/**
	 * The room is connected only to see whether its broadcast has really ended, and brings nothing: what an upstream still
	 * had to say since the end would have come from the cursor at once.
	 */
	#hasEnded(roomId: string, now: number): boolean {
		const { broadcast, connection, settings } = this.#room;
		return broadcast.isDoubtful(roomId) && connection.quietFor(now) >= settings.quietMs;
	}

	#warn(now: number): void {
		const { connection, liveId, route } = this.#room;
		if (!connection.warnOnce()) return;
		const seconds = Math.round(connection.limitMs / 1000);
		const fields = {
			reason: "silence",
			evidence: connection.evidence(now, route.identity).map((found) => findingText(found).zh),
		};
		this.#room.log("warn", "room_silent", `【!】直播间 ${liveId} 超过${seconds}秒未收到消息，可能连接异常`, fields);
	}

	/** Asks the page about a silent connection, and ends it, unless a message comes meanwhile. */
	async #verify({ target, over }: Standing, doubt: Exclude<Doubt, "none">): Promise<void> {
		const room = this.#room;
		try {
			const before = room.connection.lastMessageAt;
			const lookup = await lookUp(room, room.settings.silenceLookupLimitMs, over);
			if (over.aborted || room.connection.lastMessageAt !== before) return;
			if (doubt === "bound" && !speaksAgainst(room, lookup, target)) return;
			const next = afterSilence(room, lookup, target);
			const silence = new RoomFailure("silence", findingText(room.connection.silenceFound(room.elapsed())));
			if (!("do" in next) || next.do === "connect") this.#connections.fail(silence, next.target);
			else this.#connections.interrupt(next);
		} catch (error) {
			room.log("error", "silence_check_failed", "【!】查看静默的连接时出错，将再次查看", { err: error });
		} finally {
			this.#verified = undefined;
		}
	}
}
