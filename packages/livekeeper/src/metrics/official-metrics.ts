import type { Clock } from "@livekeeper/douyin";
import { Counter, Gauge, type Registry } from "prom-client";
import type { LiveRoomStatus } from "../live/index.ts";

type Official = NonNullable<LiveRoomStatus["official"]>;
type Pushed = Official["broadcasts"][number];

/** Registers metrics of rooms that the open platform pushes. Figures of a broadcast belong to the room's newest one. */
export function officialMetrics(registry: Registry, rooms: () => readonly LiveRoomStatus[], clock: Clock): void {
	const registers = [registry];
	const each = (use: (liveId: string, newest: Pushed, official: Official) => void) => {
		for (const { liveId, official } of rooms()) {
			const [newest] = official?.broadcasts ?? [];
			if (official && newest) use(liveId, newest, official);
		}
	};
	new Gauge({
		name: "livekeeper_official_task_running",
		help: "1 where the open platform pushes this kind of a room's data, 0 where it is asked to and does not",
		labelNames: ["live_id", "msg_type"],
		registers,
		collect() {
			this.reset();
			each((live_id, { tasks }) => {
				for (const { type, state } of tasks) this.set({ live_id, msg_type: type }, state === "running" ? 1 : 0);
			});
		},
	});
	new Gauge({
		name: "livekeeper_official_counts",
		help: "1 where the open platform's gifts are the room's account, 0 where those of the web are",
		labelNames: ["live_id"],
		registers,
		collect() {
			this.reset();
			each((live_id, { counts }) => this.set({ live_id }, counts ? 1 : 0));
		},
	});
	new Counter({
		name: "livekeeper_official_callbacks_total",
		help: "Callbacks of the open platform that were stored, and those that were refused",
		labelNames: ["live_id", "outcome"],
		registers,
		collect() {
			this.reset();
			for (const { liveId, official } of rooms()) {
				if (!official) continue;
				const stored = official.broadcasts.reduce((sum, { callbacks }) => sum + callbacks, 0);
				this.inc({ live_id: liveId, outcome: "stored" }, stored);
				this.inc({ live_id: liveId, outcome: "refused" }, official.refused);
			}
		},
	});
	pushGauges(registry, each, clock);
	new Gauge({
		name: "livekeeper_official_token_seconds",
		help: "Time until the app's token ends; 0 where none is held",
		labelNames: ["live_id"],
		registers,
		collect() {
			this.reset();
			for (const { liveId, official } of rooms()) {
				if (!official) continue;
				this.set({ live_id: liveId }, Math.max(0, (official.token.endsAt ?? 0) - clock.now()) / 1000);
			}
		},
	});
}

function pushGauges(
	registry: Registry,
	each: (use: (liveId: string, newest: Pushed) => void) => void,
	clock: Clock,
): void {
	const registers = [registry];
	const labelNames = ["live_id"];
	new Gauge({
		name: "livekeeper_official_missing",
		help: "Deliveries of the newest broadcast that are not stored yet",
		labelNames,
		registers,
		collect() {
			this.reset();
			each((live_id, { tasks }) =>
				this.set(
					{ live_id },
					tasks.reduce((sum, { missing }) => sum + missing, 0),
				),
			);
		},
	});
	new Gauge({
		name: "livekeeper_official_callback_age_seconds",
		help: "Time since the last callback that was stored; absent before the first",
		labelNames,
		registers,
		collect() {
			this.reset();
			each((live_id, { tasks }) => {
				const last = Math.max(...tasks.map(({ lastCallbackAt }) => lastCallbackAt ?? 0));
				if (last > 0) this.set({ live_id }, Math.max(0, clock.now() - last) / 1000);
			});
		},
	});
	new Gauge({
		name: "livekeeper_official_diamonds",
		help: "Diamonds that each source reported in the newest broadcast, and those that both have by time, price and count",
		labelNames: ["live_id", "by"],
		registers,
		collect() {
			this.reset();
			each((live_id, { match }) => {
				for (const [by, diamonds] of Object.entries(match)) this.set({ live_id, by }, diamonds);
			});
		},
	});
}
