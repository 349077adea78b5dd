import type { Clock } from "@livekeeper/douyin";
import { LivekeeperError } from "../errors.ts";
import type { EventLog } from "../event-log/index.ts";
import { requestTexts } from "../text/index.ts";

/** Time limit of a store, ms. Callbacks that take longer than 2 s count as failed. */
const withinMs = 1500;

/**
 * Stores a batch, and resolves once it is durable.
 *
 * @throws LivekeeperError `storage_failing` if the log cannot store it, or does not within 1.5 s: it may still be
 * stored later, and a repeat is then left out
 */
export async function storeDurably(
	log: Pick<EventLog, "append" | "flush" | "writable">,
	batch: Parameters<EventLog["append"]>[0],
	clock: Clock,
): Promise<void> {
	if (batch.events.length === 0) return;
	if (!log.writable) throw failing();
	log.append(batch);
	let overdue = (): void => undefined;
	const late = new Promise<never>((_resolve, reject) => {
		overdue = () => reject(failing());
	});
	const timer = clock.after(withinMs, () => overdue());
	try {
		await Promise.race([log.flush(), late]);
	} finally {
		timer.cancel();
	}
}

function failing(): LivekeeperError {
	return new LivekeeperError("storage_failing", requestTexts.officialNotStored);
}
