import { Counter, Gauge, type Registry } from "prom-client";

/** Counts of the Socket.IO output, and of the connections of all outputs that read. */
export interface ReaderSource {
	readerCounts(): { connected: number; slowReaders: number; refused: number };
	connectionCounts(): { connections: number; refused: number };
}

/** Registers metrics of the readers. */
export function readerMetrics(registry: Registry, source: ReaderSource): void {
	const registers = [registry];
	new Gauge({
		name: "livekeeper_readers",
		help: "Socket.IO, SSE and WebSocket clients that read",
		registers,
		collect() {
			this.set(source.connectionCounts().connections);
		},
	});
	new Counter({
		name: "livekeeper_readers_refused_total",
		help: "Clients refused because max_readers read already",
		registers,
		collect() {
			this.reset();
			this.inc(source.connectionCounts().refused);
		},
	});
	new Gauge({
		name: "livekeeper_socketio_clients",
		help: "Socket.IO clients that are connected",
		registers,
		collect() {
			this.set(source.readerCounts().connected);
		},
	});
	new Counter({
		name: "livekeeper_socketio_slow_readers_total",
		help: "Socket.IO clients disconnected because they didn't read what they were sent",
		registers,
		collect() {
			this.reset();
			this.inc(source.readerCounts().slowReaders);
		},
	});
	new Counter({
		name: "livekeeper_socketio_refused_total",
		help: "Socket.IO connections refused for their key, host or origin",
		registers,
		collect() {
			this.reset();
			this.inc(source.readerCounts().refused);
		},
	});
}
