import type { Clock } from "@livekeeper/douyin";
import type { LiveRoomStatus } from "../live/index.ts";
import type { Metric, Row } from "./registry.ts";

type Official = NonNullable<LiveRoomStatus["official"]>;
type Pushed = Official["broadcasts"][number];

/** Metrics of rooms that the open platform pushes. Figures of a broadcast belong to the room's newest one. */
export function officialMetrics(rooms: () => readonly LiveRoomStatus[], clock: Clock): Metric[] {
	const pushed = (rowsOf: (liveId: string, official: Official) => Row[]) => () =>
		rooms().flatMap(({ liveId, official }) => (official ? rowsOf(liveId, official) : []));
	const newest = (rowsOf: (liveId: string, newest: Pushed, official: Official) => Row[]) =>
		pushed((liveId, official) => {
			const [first] = official.broadcasts;
			return first ? rowsOf(liveId, first, official) : [];
		});
	return [
		{
			name: "livekeeper_official_task_running",
			help: "1 where the open platform pushes this kind of a room's data, 0 where it is asked to and does not",
			labels: ["live_id", "msg_type"],
			rows: newest((id, { tasks }) => tasks.map(({ type, state }) => [state === "running" ? 1 : 0, id, type])),
		},
		{
			name: "livekeeper_official_counts",
			help: "1 where the open platform's gifts are the room's account, 0 where those of the web are",
			labels: ["live_id"],
			rows: newest((id, { counts }) => [[counts ? 1 : 0, id]]),
		},
		{
			name: "livekeeper_official_callbacks_total",
			help: "Callbacks of the open platform that were stored, and those that were refused",
			kind: "counter",
			labels: ["live_id", "outcome"],
			rows: pushed((id, { broadcasts, refused }) => [
				[broadcasts.reduce((sum, { callbacks }) => sum + callbacks, 0), id, "stored"],
				[refused, id, "refused"],
			]),
		},
		{
			name: "livekeeper_official_missing",
			help: "Deliveries of the newest broadcast that are not stored yet",
			labels: ["live_id"],
			rows: newest((id, { tasks }) => [[tasks.reduce((sum, { missing }) => sum + missing, 0), id]]),
		},
		{
			name: "livekeeper_official_callback_age_seconds",
			help: "Time since the last callback that was stored; absent before the first",
			labels: ["live_id"],
			rows: newest((id, { tasks }) => {
				const last = Math.max(...tasks.map(({ lastCallbackAt }) => lastCallbackAt ?? 0));
				return last > 0 ? [[Math.max(0, clock.now() - last) / 1000, id]] : [];
			}),
		},
		{
			name: "livekeeper_official_diamonds",
			help: "Diamonds that each source reported in the newest broadcast, and those that both have by time, price and count",
			labels: ["live_id", "by"],
			rows: newest((id, { match }) => Object.entries(match).map(([by, diamonds]) => [diamonds, id, by])),
		},
		{
			name: "livekeeper_official_token_seconds",
			help: "Time until the app's token ends; 0 where none is held",
			labels: ["live_id"],
			rows: pushed((id, { token }) => [[Math.max(0, (token.endsAt ?? 0) - clock.now()) / 1000, id]]),
		},
	];
}
