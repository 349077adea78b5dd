import type { Logger } from "@livekeeper/base/log";
import type { Clock } from "@livekeeper/douyin";
import type { Notes } from "@livekeeper/log/storage";
import type { Releasers } from "./releasers.ts";

const name = "last_alive";
/** Interval of the notes, ms. A killed run counts as ended up to this much too early. */
const everyMs = 10_000;

interface RunDeps {
	notes: Notes;
	clock: Clock;
	logger: Logger;
}

/**
 * Notes that the service runs, periodically and at its end, so the next start knows since when it was down.
 * @returns when the run before this one was last known to run, ms since the epoch; `undefined` for the first
 */
export async function noteRun({ notes, clock, logger }: RunDeps, releasers: Releasers): Promise<number | undefined> {
	const failed = (error: unknown) => logger.warn({ event: "run_not_noted", err: error });
	const before = await notes.get(name).catch(failed);
	let failing = false;
	const note = async () => {
		try {
			await notes.put(name, clock.now());
			failing = false;
		} catch (error) {
			if (!failing) failed(error);
			failing = true;
		}
	};
	await note();
	const noting = clock.every(everyMs, () => void note());
	releasers.add(() => {
		noting.cancel();
		return note();
	});
	return typeof before === "number" ? before : undefined;
}
