import type { LiveService } from "../live/index.ts";
import type { Broadcasting, OfficialRooms, OfficialSource } from "../official/index.ts";

/** States without a broadcast; in states of neither set, rooms are still looking for one. */
const off: ReadonlySet<string> = new Set(["waiting", "not_found", "stopped"]);
const on: ReadonlySet<string> = new Set(["queued", "connecting", "connected", "reconnecting", "blocked"]);

/** Makes the official source follow the kept rooms. @param here returns whether this process keeps a room */
export function followRooms(
	official: OfficialSource,
	live: LiveService,
	here: Pick<OfficialRooms, "runsHere" | "storesHere"> = { runsHere: () => true, storesHere: () => true },
): void {
	official.start({
		list: () => live.officialRooms(),
		...here,
		find: (liveId) => live.optionsOf(liveId)?.official ?? undefined,
		look: async (liveId) => (await live.findRoom(liveId))?.options.official ?? undefined,
		broadcasting(liveId): Broadcasting {
			const { state = "idle", roomId } = live.getRoom(liveId) ?? {};
			return { state: off.has(state) ? "off" : on.has(state) ? "on" : "unknown", roomId };
		},
	});
}
