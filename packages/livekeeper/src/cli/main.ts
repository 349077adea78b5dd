import { LivekeeperError } from "@livekeeper/base/errors";
import { printable } from "@livekeeper/base/log/printable";
import type { Language } from "@livekeeper/base/text";
import { DouyinError } from "@livekeeper/douyin/errors";
import { failureText } from "@livekeeper/engine/text";
import { languageOfCommand } from "../config/language.ts";
import type { Io } from "./io.ts";
import { terminalIo } from "./io.ts";
import { createProgram } from "./program.ts";
import { windowsArguments } from "./windows-arguments.ts";

/** Runs one command. Writes a failure to standard error and sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
	const io = terminalIo(languageOfCommand(argv));
	process.stdout.on("error", onOutputError);
	try {
		await createProgram(io).parseAsync(process.platform === "win32" ? windowsArguments(argv) : argv);
	} catch (error) {
		reportFailure(error, io);
		await Promise.all([written(process.stdout), written(process.stderr)]);
		// Handles that the command has left open, such as an unanswered connection, must not keep the process alive.
		process.exit(1);
	}
}

/** Resolves once all output is flushed or can no longer be. */
function written(stream: NodeJS.WriteStream): Promise<void> {
	return new Promise((resolve) => stream.write("", () => resolve()));
}

/** Handles a closed output, as with `livekeeper watch … | head`: that is an end, not a fault. */
function onOutputError(error: NodeJS.ErrnoException): void {
	if (error.code !== "EPIPE") throw error;
	process.exit(0);
}

/** Reports to a person what went wrong and what to do. Only unexpected errors include a stack. */
export function reportFailure(thrown: unknown, io: Pick<Io, "err" | "paint" | "language">): void {
	const [first = "", ...more] = messageOf(thrown, io.language).split("\n").map(printable);
	io.err(`${io.paint("red", "✗")} ${first}`);
	for (const line of more) io.err(line);
	if (thrown instanceof LivekeeperError) io.err(`  ${io.paint("gray", "→")} ${printable(thrown.hint[io.language])}`);
}

function messageOf(thrown: unknown, language: Language): string {
	if (thrown instanceof LivekeeperError) return thrown.text[language];
	if (thrown instanceof DouyinError) return failureText(thrown)[language];
	return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
