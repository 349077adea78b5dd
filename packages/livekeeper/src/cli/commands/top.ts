import { setTimeout as pause } from "node:timers/promises";
import type { ReadStream, WriteStream } from "node:tty";
import { LivekeeperError } from "@livekeeper/base/errors";
import type { LivekeeperClient } from "@livekeeper/client";
import type { Command } from "commander";
import { commandFailures, helpTexts, screenTexts } from "../../text/index.ts";
import { addConfigFlags, clientOptions } from "../config-flags.ts";
import type { Io } from "../io.ts";
import { commandFailure, withService } from "../with-service.ts";

/** A full terminal screen, redrawn at each change. Its former contents are restored at the end. */
interface Screen {
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
function openScreen(
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

/** Interval of requests to the service, ms. */
const everyMs = 1000;

/** `top`: shows all rooms, worst first, continuously. */
export function topCommand(program: Command, io: Io): void {
	const top = program.command("top").description(helpTexts.top[io.language]);
	addConfigFlags(top, io, clientOptions).action((flags: Record<string, unknown>) =>
		withService(flags, io, (client, url) => show(client, url, io)),
	);
}

async function show(client: LivekeeperClient, url: string, io: Io): Promise<void> {
	// Before the screen is opened, so a wrong address or key is reported as in every command.
	await client.rooms.list();
	const screen = openScreen();
	if (!screen) {
		throw new LivekeeperError("invalid_request", commandFailures.noTerminal, {
			hint: commandFailures.noTerminalHint,
		});
	}
	try {
		while (!screen.closed.aborted) {
			screen.draw(await lines(client, url, { ...io, columns: screen.columns }, screen.rows));
			await pause(everyMs, undefined, { signal: screen.closed }).catch(() => undefined);
		}
	} finally {
		screen.close();
	}
}

/** Reports an unreachable service and keeps asking it, because the screen may stay open all day. */
async function lines(client: LivekeeperClient, url: string, io: Io, rows: number): Promise<string[]> {
	const now = Date.now();
	try {
		const { topScreen } = await import("../format/status-table.ts");
		return topScreen(await client.rooms.list(), { now, io, rows, url });
	} catch (error) {
		const failure = commandFailure(error, url);
		if (!(failure instanceof LivekeeperError)) throw failure;
		return [io.paint("yellow", `! ${failure.text[io.language]}`), screenTexts.asking[io.language]];
	}
}
