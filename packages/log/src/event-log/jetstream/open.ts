import { type ClockNotes, ClockWatch } from "../clock-watch.ts";
import { type Connected, connectNats } from "./connect.ts";
import { JetStreamEventLog } from "./jetstream-event-log.ts";
import type { JetStreamEventLogOptions } from "./options.ts";
import type { SharedEventLog } from "./shared-event-log.ts";

/**
 * Opens the event log in NATS JetStream, and creates it if there is none.
 *
 * Committed events are on as many servers as there are replicas. Each server syncs them to its disk at its own interval
 * (by default within 2 minutes), so only a loss of power of most of them at once can take the newest events.
 * @param connection an existing connection; closed with the log
 * @throws LivekeeperError `nats_unreachable`, `nats_too_old`, `nats_unsuitable`
 */
export async function openJetStreamEventLog(
	options: JetStreamEventLogOptions,
	connection?: Connected,
): Promise<SharedEventLog> {
	const connected = connection ?? (await connectNats(options));
	try {
		const clockWatch = await ClockWatch.open(options, clockNotesOf(connected));
		const log = new JetStreamEventLog(options, connected, clockWatch);
		await log.begin();
		// A node still has more to read before it has started.
		if (!connection) connected.whenReady.end();
		return log;
	} catch (error) {
		await connected.nc.close();
		throw error;
	}
}

function clockNotesOf({ state, streams }: Connected): ClockNotes {
	const key = "clock";
	return {
		read: async () => {
			const entry = await state.get(key);
			return entry && Buffer.from(entry.value).toString("utf8");
		},
		write: async (note) => void (await state.put(key, Buffer.from(note))),
		newestStoredAt: async () => {
			const partitions = Array.from({ length: streams.names.partitions }, (_, index) => index);
			const newest = await Promise.all(partitions.map((partition) => streams.newestOf(partition)));
			const times = newest.filter((message) => message !== undefined).map(({ head }) => head.at);
			return times.length === 0 ? undefined : Math.max(...times);
		},
	};
}
