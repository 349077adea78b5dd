import { Gauge, type Registry } from "prom-client";

/** The state of the event log. */
export interface StorageStats {
	state: "ok" | "failing";
	/** Time when it entered this state, ms since the epoch. */
	since: number;
	pendingEvents: number;
	pendingBytes: number;
	storedBytes: number;
	/** Set while the clock is not trusted. */
	clock?: object;
}

/** Registers metrics of storage: whether events can be stored, and how many are queued. */
export function storageMetrics(registry: Registry, stats: () => StorageStats): void {
	const registers = [registry];
	const gauge = (name: string, help: string, value: (stats: StorageStats) => number) =>
		new Gauge({
			name: `livekeeper_storage_${name}`,
			help,
			registers,
			collect() {
				this.set(value(stats()));
			},
		});
	gauge("failing", "1 while what rooms say can't be stored", ({ state }) => Number(state === "failing"));
	gauge("failing_since_seconds", "Since when, seconds since the epoch; 0 while it can", ({ state, since }) =>
		state === "failing" ? Math.round(since / 1000) : 0,
	);
	gauge("clock_in_doubt", "1 while the clock is not believed, and nothing deleted by age", ({ clock }) =>
		Number(clock !== undefined),
	);
	gauge("pending_events", "Events that wait to be stored", ({ pendingEvents }) => pendingEvents);
	gauge("pending_bytes", "Bytes that wait to be stored", ({ pendingBytes }) => pendingBytes);
	gauge("stored_bytes", "Bytes that events and their indexes take in the store", ({ storedBytes }) => storedBytes);
}
