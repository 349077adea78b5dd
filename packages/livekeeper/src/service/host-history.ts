import type { Logger } from "@livekeeper/base/log";
import type { Clock } from "@livekeeper/douyin";
import { HostStats } from "@livekeeper/engine";
import type { Notes } from "@livekeeper/log/storage";

const name = "endpoint_stats";
/** Interval at which the host statistics are stored, ms; also once at the end. */
const everyMs = 300_000;

interface HistoryDeps {
	notes: Pick<Notes, "get" | "put">;
	clock: Clock;
	logger: Logger;
}

/** Returns the former runs' statistics of the push hosts; unreadable ones are logged and discarded. */
export async function recallHosts({ notes, logger }: Omit<HistoryDeps, "clock">): Promise<HostStats> {
	try {
		const known = await notes.get(name);
		if (known !== undefined) return HostStats.restore(known);
	} catch (error) {
		logger.warn({ event: "hosts_unreadable", err: error });
	}
	return new HostStats();
}

/** Stores the statistics periodically. @returns a function that stores them a last time and ends that */
export function keepHosts(hosts: HostStats, { notes, clock, logger }: HistoryDeps): () => Promise<void> {
	const store = async () => {
		try {
			await notes.put(name, hosts.snapshot());
		} catch (error) {
			logger.warn({ event: "hosts_not_stored", err: error });
		}
	};
	const timer = clock.every(everyMs, () => void store());
	return () => {
		timer.cancel();
		return store();
	};
}
