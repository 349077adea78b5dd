import { languageOfCommand } from "../config/language.ts";
import { reportFailure } from "./failure.ts";
import { terminalIo } from "./io.ts";

import { createProgram } from "./program.ts";

/** Runs one command. Writes a failure to standard error and sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
	const io = terminalIo(languageOfCommand(argv));
	process.stdout.on("error", onOutputError);
	try {
		await createProgram(io).parseAsync(argv);
	} catch (error) {
		reportFailure(error, io);
		await Promise.all([written(process.stdout), written(process.stderr)]);
		// What the command has left open, such as a connection that nobody answers, keeps the process no longer.
		process.exit(1);
	}
}

/** Resolves once all that was written is on its way out, or can't be any more. */
function written(stream: NodeJS.WriteStream): Promise<void> {
	return new Promise((resolve) => stream.write("", () => resolve()));
}

/** `livekeeper watch … | head` closes our output: that is an end, not a fault. */
function onOutputError(error: NodeJS.ErrnoException): void {
	if (error.code !== "EPIPE") throw error;
	process.exit(0);
}
