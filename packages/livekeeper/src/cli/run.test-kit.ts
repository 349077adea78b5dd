import { CommanderError } from "commander";
import { reportFailure } from "./failure.ts";
import { createProgram } from "./program.ts";

export interface Result {
	out: string;
	err: string;
	failed: boolean;
}

export function listener() {
	const lines = { out: [] as string[], err: [] as string[] };
	const io = {
		out: (line: string) => void lines.out.push(line),
		err: (line: string) => void lines.err.push(line),
		paint: (_style: unknown, text: string) => text,
		columns: 200,
	};
	return { io, lines };
}

/** Runs one command in this process, as `main` does. */
export async function run(...args: string[]): Promise<Result> {
	const { io, lines } = listener();
	const program = createProgram(io);
	for (const command of [program, ...program.commands].flatMap((one) => [one, ...one.commands])) command.exitOverride();
	let failed = false;
	try {
		await program.parseAsync(["node", "livekeeper", ...args]);
	} catch (error) {
		failed = !(error instanceof CommanderError) || error.exitCode !== 0;
		if (!(error instanceof CommanderError)) reportFailure(error, io);
	}
	return { out: lines.out.join("\n"), err: lines.err.join("\n"), failed };
}
