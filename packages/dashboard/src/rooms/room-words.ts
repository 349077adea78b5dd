import type { Room } from "@livekeeper/client";
import { lacksLogin } from "./room-gifts.ts";

/**
 * Explains why a room is not fine; empty for one that is. A refusal is shown as advice, because its own text is a host
 * and a code.
 * @param advises whether a reconnecting room shows advice, too
 */
export function wordsOf(room: Room, advises: boolean): string {
	const { state, health, evidence, reason, login_warning: warning, gift_coverage: gifts, trouble } = room;
	if (state !== "connected") {
		const isRefused = state === "blocked" || state === "not_found" || (advises && state === "reconnecting");
		return (isRefused && reason.help) || reason.message;
	}
	if (health === "silent" || health === "degraded") return evidence[0] ?? reason.message;
	if (warning !== null) return warning;
	// Without a login the reason is the same for all rooms, and a banner says it once.
	if (trouble === "gifts" && !lacksLogin(room)) return gifts.why ?? gifts.summary;
	return health === "quiet" ? (evidence[0] ?? "") : "";
}
