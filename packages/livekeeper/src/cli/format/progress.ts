import { SingleBar } from "cli-progress";
import { commandTexts, type Language } from "../../text/index.ts";

/** Shows how far a long work has come. */
export interface Progress {
	/** @param total what `update` counts up to */
	start(total: number, unit: "events" | "bytes"): void;
	update(value: number): void;
	/** Takes the bar away; also when it was never started. */
	stop(): void;
}

/** A bar on standard error where a person watches, so that the result may go to standard output. */
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
