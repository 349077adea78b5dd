import type { Clock } from "@livekeeper/douyin";
import { HostStats } from "../connections/index.ts";
import type { Logger } from "../log.ts";
import type { Notes } from "../storage/index.ts";

const name = "endpoint_stats";
/** How often what was learned is stored, ms; and once more at the end. */
const everyMs = 300_000;

interface HistoryDeps {
	notes: Pick<Notes, "get" | "put">;
	clock: Clock;
	logger: Logger;
}

/** What former runs have learned of the push hosts; what can't be read is logged and discarded. */
export async function recallHosts({ notes, logger }: Omit<HistoryDeps, "clock">): Promise<HostStats> {
	try {
		const known = await notes.get(name);
		if (known !== undefined) return HostStats.restore(known);
	} catch (error) {
		logger.warn({ event: "hosts_unreadable", err: error });
	}
	return new HostStats();
}

/** Stores what is learned from time to time. @returns what ends that, and stores it a last time */
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
