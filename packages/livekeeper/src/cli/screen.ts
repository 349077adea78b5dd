import type { ReadStream, WriteStream } from "node:tty";

/** A full terminal screen, redrawn at each change. Its former contents are restored at the end. */
export interface Screen {
	readonly columns: number;
	readonly rows: number;
	/** Aborted by q, Ctrl-C or a signal. */
	readonly closed: AbortSignal;
	draw(lines: readonly string[]): void;
	close(): void;
}

const ansi = {
	enter: "\u001b[?1049h\u001b[?25l",
	leave: "\u001b[?25h\u001b[?1049l",
	home: "\u001b[H",
	clearLine: "\u001b[K",
	clearBelow: "\u001b[J",
};
const ctrlC = "\u0003";

/** @returns `undefined` without a terminal to draw on */
export function openScreen(
	input: Pick<ReadStream, "isTTY" | "setRawMode" | "on" | "off" | "resume" | "pause" | "setEncoding"> = process.stdin,
	output: Pick<WriteStream, "isTTY" | "columns" | "rows" | "write"> = process.stdout,
): Screen | undefined {
	if (!output.isTTY) return undefined;
	const closing = new AbortController();
	const end = () => closing.abort();
	const onKey = (key: string) => {
		if (key === "q" || key === "Q" || key === ctrlC) end();
	};
	output.write(ansi.enter);
	if (input.isTTY) {
		input.setRawMode(true);
		input.setEncoding("utf8");
		input.on("data", onKey);
		input.resume();
	}
	process.once("SIGINT", end);
	process.once("SIGTERM", end);
	return {
		get columns() {
			return output.columns;
		},
		get rows() {
			return output.rows;
		},
		closed: closing.signal,
		draw(lines) {
			if (closing.signal.aborted) return;
			const shown = lines.slice(0, output.rows).map((line) => `${line}${ansi.clearLine}`);
			output.write(`${ansi.home}${shown.join("\r\n")}${ansi.clearBelow}`);
		},
		close() {
			process.off("SIGINT", end);
			process.off("SIGTERM", end);
			if (input.isTTY) {
				input.off("data", onKey);
				input.setRawMode(false);
				input.pause();
			}
			output.write(ansi.leave);
		},
	};
}
