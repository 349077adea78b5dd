import { languageOfCommand } from "../config/language.ts";
import { reportFailure } from "./failure.ts";
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
