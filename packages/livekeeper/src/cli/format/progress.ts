import type { Language } from "@livekeeper/base/text";
import { SingleBar } from "cli-progress";
import { commandTexts } from "../../text/index.ts";

/** Shows the progress of a long task. */
export interface Progress {
	/** @param total final value of `update` */
	start(total: number, unit: "events" | "bytes"): void;
	update(value: number): void;
	/** Removes the bar, even if it was never started. */
	stop(): void;
}

/** Shows a bar on standard error if it is a terminal, so the result may go to standard output. */
export function terminalProgress(language: Language, stream: NodeJS.WriteStream = process.stderr): Progress {
	if (!stream.isTTY) return { start: () => undefined, update: () => undefined, stop: () => undefined };
	const bar = new SingleBar({
		format: commandTexts.progress[language],
		stream,
		clearOnComplete: true,
		hideCursor: true,
		barsize: 30,
	});
	return {
		start: (total, unit) => bar.start(total, 0, { unit: commandTexts.units[unit][language] }),
		update: (value) => bar.update(value),
		stop: () => bar.stop(),
	};
}
