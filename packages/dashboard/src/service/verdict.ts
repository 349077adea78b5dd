import type { Readiness } from "@livekeeper/client";
import type { ConnectionState } from "./service.ts";

/** How the service is, in the word that the top bar shows; `lines`: why, in the service's own words. */
export interface Verdict {
	word: "connecting" | "lost" | "unready" | "storage" | "warned" | "ok";
	tone: "idle" | "bad" | "warn" | "ok";
	lines: readonly string[];
}

/**
 * @param readiness what the service said last of itself; `undefined`: nothing yet
 * @param unstored whether a room's events can't be stored
 */
export function verdictOf(
	connection: ConnectionState["name"],
	readiness: Readiness | undefined,
	unstored: boolean,
): Verdict {
	// What it said before it was lost says nothing of now; the banner shows that.
	if (connection === "lost") return { word: "lost", tone: "bad", lines: [] };
	if (connection !== "open" || !readiness) return { word: "connecting", tone: "idle", lines: [] };
	const { reason, warnings } = readiness;
	if (reason !== null) return { word: unstored ? "storage" : "unready", tone: "bad", lines: [reason, ...warnings] };
	if (unstored) return { word: "storage", tone: "bad", lines: warnings };
	if (warnings.length > 0) return { word: "warned", tone: "warn", lines: warnings };
	return { word: "ok", tone: "ok", lines: [] };
}
