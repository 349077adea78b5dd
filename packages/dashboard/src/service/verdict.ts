import type { Readiness } from "@livekeeper/client";
import type { ConnectionState } from "./service.ts";

/** Health of the service as the word in the top bar; `lines` gives the reasons in the service's own words. */
export interface Verdict {
	word: "connecting" | "lost" | "unready" | "storage" | "warned" | "ok";
	tone: "idle" | "bad" | "warn" | "ok";
	lines: readonly string[];
}

/**
 * @param readiness the service's last readiness; `undefined` if there is none yet
 * @param unstored whether a room's events can't be stored
 */
export function verdictOf(
	connection: ConnectionState["name"],
	readiness: Readiness | undefined,
	unstored: boolean,
): Verdict {
	// The last readiness says nothing about a disconnected service; the banner shows the disconnect.
	if (connection === "lost") return { word: "lost", tone: "bad", lines: [] };
	if (connection !== "open" || !readiness) return { word: "connecting", tone: "idle", lines: [] };
	const { reason, warnings } = readiness;
	if (reason !== null) return { word: unstored ? "storage" : "unready", tone: "bad", lines: [reason, ...warnings] };
	if (unstored) return { word: "storage", tone: "bad", lines: warnings };
	if (warnings.length > 0) return { word: "warned", tone: "warn", lines: warnings };
	return { word: "ok", tone: "ok", lines: [] };
}
