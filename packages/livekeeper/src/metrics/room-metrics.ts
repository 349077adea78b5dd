import type { Clock } from "@livekeeper/douyin";
import type { LiveRoomStatus, RoomStatus } from "../live/index.ts";
import type { Metric, Row } from "./registry.ts";

/** Returns the current rooms. */
export type RoomSource = () => readonly LiveRoomStatus[];

const states = {
	idle: 0,
	resolving: 0,
	waiting: 0,
	queued: 0,
	connecting: 0,
	connected: 0,
	reconnecting: 0,
	blocked: 0,
	not_found: 0,
	stopped: 0,
} satisfies Record<RoomStatus["state"], 0>;

/** Metrics of rooms, read from their status. */
export function roomMetrics(rooms: RoomSource, clock: Clock): Metric[] {
	/** Rows of all rooms; a room without the value has none. */
	const each = (measure: (room: LiveRoomStatus) => number | undefined) => () =>
		rooms().flatMap((room): Row[] => {
			const value = measure(room);
			return value === undefined ? [] : [[value, room.liveId]];
		});
	const counter = (name: string, help: string, measure: (room: RoomStatus) => number): Metric => ({
		name: `livekeeper_room_${name}_total`,
		help,
		kind: "counter",
		labels: ["live_id"],
		rows: each(measure),
	});
	return [
		{
			name: "livekeeper_rooms",
			help: "Rooms in each state",
			labels: ["state"],
			rows() {
				const counts: Record<string, number> = { ...states };
				for (const { state } of rooms()) counts[state] = (counts[state] ?? 0) + 1;
				return Object.entries(counts).map(([state, count]): Row => [count, state]);
			},
		},
		{
			name: "livekeeper_room_state",
			help: "1 for the state that a room is in, with its health while connected",
			labels: ["live_id", "state", "health"],
			rows: () => rooms().map(({ liveId, state, health = "" }): Row => [1, liveId, state, health]),
		},
		{
			name: "livekeeper_room_message_age_seconds",
			help: "Time since the room's last message; absent before the first one",
			labels: ["live_id"],
			rows: each(({ lastMessageAt: last }) =>
				last === undefined ? undefined : Math.max(0, clock.now() - last) / 1000,
			),
		},
		{
			name: "livekeeper_room_reconnects_total",
			help: "Reconnects by cause",
			kind: "counter",
			labels: ["live_id", "reason"],
			rows: () =>
				rooms().flatMap(({ liveId, reconnects }) =>
					Object.entries(reconnects).map(([reason, count]): Row => [count, liveId, reason]),
				),
		},
		{
			name: "livekeeper_room_quality",
			help: "Quality score of the room, 0 to 100, over a window; absent if livekeeper kept the room for less than 10 s of it",
			labels: ["live_id", "window"],
			rows: () =>
				rooms().flatMap(({ liveId, quality }) =>
					Object.entries(quality).flatMap(([window, known]): Row[] => (known ? [[known.score, liveId, window]] : [])),
				),
		},
		{
			name: "livekeeper_room_answer_seconds",
			help: "Round-trip time of the last heartbeat and of the last ping",
			labels: ["live_id", "asked"],
			*rows() {
				for (const { liveId, latency } of rooms()) {
					const { heartbeatMs, pingMs } = latency;
					if (heartbeatMs !== undefined) yield [heartbeatMs / 1000, liveId, "heartbeat"];
					if (pingMs !== undefined) yield [pingMs / 1000, liveId, "ping"];
				}
			},
		},
		{
			name: "livekeeper_room_gift_coverage",
			help: "Value of the gifts received divided by the value of the gifts sent in the broadcast, 0 to 1; absent if the site shows no totals",
			labels: ["live_id"],
			rows: each(({ activity }) => activity.coverage.coverage),
		},
		{
			name: "livekeeper_room_diamonds_missing",
			help: "Value of the broadcast's gifts that were not received, by the room's own totals; absent if unknown",
			labels: ["live_id"],
			rows: each(({ activity: { coverage: known } }) => (known.coverage === undefined ? undefined : known.missing)),
		},
		counter("frames", "Frames received", (status) => status.frames),
		counter("messages", "Messages received", (status) => status.messages),
		counter("decode_errors", "Messages that could not be decoded", (status) => status.decodeErrors),
		counter(
			"bounded_messages",
			"Messages cut because they held more than any real message does",
			(status) => status.boundedMessages,
		),
		counter("duplicates", "Repeated messages that were dropped", (status) => status.duplicates),
		counter("gaps", "Gap events in the log: messages are or may be missing", (status) => status.gaps),
		counter("gap_seconds", "Time covered by these gaps", (status) => status.gapMs / 1000),
	];
}

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
			help: "1 if the open platform pushes this kind of the room's data, 0 if it was asked to and does not",
			labels: ["live_id", "msg_type"],
			rows: newest((id, { tasks }) => tasks.map(({ type, state }) => [state === "running" ? 1 : 0, id, type])),
		},
		{
			name: "livekeeper_official_counts",
			help: "1 if the room's gifts are counted from the open platform, 0 if from the web page",
			labels: ["live_id"],
			rows: newest((id, { counts }) => [[counts ? 1 : 0, id]]),
		},
		{
			name: "livekeeper_official_callbacks_total",
			help: "Callbacks of the open platform, stored and refused",
			kind: "counter",
			labels: ["live_id", "outcome"],
			rows: pushed((id, { broadcasts, refused }) => [
				[broadcasts.reduce((sum, { callbacks }) => sum + callbacks, 0), id, "stored"],
				[refused, id, "refused"],
			]),
		},
		{
			name: "livekeeper_official_missing",
			help: "Deliveries of the latest broadcast that are not stored yet",
			labels: ["live_id"],
			rows: newest((id, { tasks }) => [[tasks.reduce((sum, { missing }) => sum + missing, 0), id]]),
		},
		{
			name: "livekeeper_official_callback_age_seconds",
			help: "Time since the last stored callback; absent before the first one",
			labels: ["live_id"],
			rows: newest((id, { tasks }) => {
				const last = Math.max(...tasks.map(({ lastCallbackAt }) => lastCallbackAt ?? 0));
				return last > 0 ? [[Math.max(0, clock.now() - last) / 1000, id]] : [];
			}),
		},
		{
			name: "livekeeper_official_diamonds",
			help: "Diamonds reported by each source in the latest broadcast, and those in both, matched by time, price and count",
			labels: ["live_id", "by"],
			rows: newest((id, { match }) => Object.entries(match).map(([by, diamonds]) => [diamonds, id, by])),
		},
		{
			name: "livekeeper_official_token_seconds",
			help: "Time until the app's token expires; 0 if there is none",
			labels: ["live_id"],
			rows: pushed((id, { token }) => [[Math.max(0, (token.endsAt ?? 0) - clock.now()) / 1000, id]]),
		},
	];
}
