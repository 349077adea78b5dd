import type { Clock } from "@livekeeper/douyin";
import { Counter, Gauge, type Registry } from "prom-client";
import type { LiveRoomStatus, RoomStatus } from "../live/index.ts";

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

/** Registers metrics of rooms, read from their status on request, so counting costs nothing per message. */
export function roomMetrics(registry: Registry, rooms: RoomSource, clock: Clock): void {
	const registers = [registry];
	new Gauge({
		name: "livekeeper_rooms",
		help: "Rooms in each state",
		labelNames: ["state"],
		registers,
		collect() {
			const counts: Record<string, number> = { ...states };
			for (const { state } of rooms()) counts[state] = (counts[state] ?? 0) + 1;
			for (const [state, count] of Object.entries(counts)) this.set({ state }, count);
		},
	});
	new Gauge({
		name: "livekeeper_room_state",
		help: "1 for the state that a room is in, with its health while connected",
		labelNames: ["live_id", "state", "health"],
		registers,
		collect() {
			this.reset();
			for (const { liveId, state, health = "" } of rooms()) this.set({ live_id: liveId, state, health }, 1);
		},
	});
	new Gauge({
		name: "livekeeper_room_message_age_seconds",
		help: "Time since a room's last message; absent before the first",
		labelNames: ["live_id"],
		registers,
		collect() {
			this.reset();
			for (const { liveId, lastMessageAt } of rooms()) {
				if (lastMessageAt !== undefined) this.set({ live_id: liveId }, Math.max(0, clock.now() - lastMessageAt) / 1000);
			}
		},
	});
	new Counter({
		name: "livekeeper_room_reconnects_total",
		help: "Reconnects by what caused them",
		labelNames: ["live_id", "reason"],
		registers,
		collect() {
			this.reset();
			for (const { liveId, reconnects } of rooms()) {
				for (const [reason, count] of Object.entries(reconnects)) this.inc({ live_id: liveId, reason }, count);
			}
		},
	});
	new Gauge({
		name: "livekeeper_room_quality",
		help: "Quality score of a room, 0 to 100, over a window; absent where the room was wanted for less than 10 s",
		labelNames: ["live_id", "window"],
		registers,
		collect() {
			this.reset();
			for (const { liveId, quality } of rooms()) {
				for (const [window, known] of Object.entries(quality)) {
					if (known) this.set({ live_id: liveId, window }, known.score);
				}
			}
		},
	});
	new Gauge({
		name: "livekeeper_room_answer_seconds",
		help: "How long the last heartbeat, and the last ping, took to be answered",
		labelNames: ["live_id", "asked"],
		registers,
		collect() {
			this.reset();
			for (const { liveId, latency } of rooms()) {
				const { heartbeatMs, pingMs } = latency;
				if (heartbeatMs !== undefined) this.set({ live_id: liveId, asked: "heartbeat" }, heartbeatMs / 1000);
				if (pingMs !== undefined) this.set({ live_id: liveId, asked: "ping" }, pingMs / 1000);
			}
		},
	});
	new Gauge({
		name: "livekeeper_room_gift_coverage",
		help: "Worth of a broadcast's gifts that came / of those that were given, 0 to 1; absent where the site shows no totals",
		labelNames: ["live_id"],
		registers,
		collect() {
			this.reset();
			for (const { liveId, activity } of rooms()) {
				const { coverage } = activity.coverage;
				if (coverage !== undefined) this.set({ live_id: liveId }, coverage);
			}
		},
	});
	new Gauge({
		name: "livekeeper_room_diamonds_missing",
		help: "Worth of a broadcast's gifts that did not come, by the room's own totals; absent where it is not known",
		labelNames: ["live_id"],
		registers,
		collect() {
			this.reset();
			for (const { liveId, activity } of rooms()) {
				const { coverage, missing } = activity.coverage;
				if (coverage !== undefined) this.set({ live_id: liveId }, missing);
			}
		},
	});
	const counter = (name: string, help: string, value: (status: RoomStatus) => number) =>
		new Counter({
			name: `livekeeper_room_${name}_total`,
			help,
			labelNames: ["live_id"],
			registers,
			collect() {
				this.reset();
				for (const status of rooms()) this.inc({ live_id: status.liveId }, value(status));
			},
		});
	counter("frames", "Frames received", (status) => status.frames);
	counter("messages", "Messages received", (status) => status.messages);
	counter("decode_errors", "Messages that would not decode", (status) => status.decodeErrors);
	counter("bounded_messages", "Messages that held more than any real one does", (status) => status.boundedMessages);
	counter("duplicates", "Repeats that were left out", (status) => status.duplicates);
	counter("gaps", "Gap events in the log: messages are missing, or may be", (status) => status.gaps);
	counter("gap_seconds", "Upstream time that these holes cover", (status) => status.gapMs / 1000);
}
